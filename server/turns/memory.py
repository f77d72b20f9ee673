"""Gives memory that loading left behind back to the system."""

import ctypes
import gc


def release_unused_memory() -> None:
    """Return freed heap pages to the system where the C library can (glibc's `malloc_trim`); elsewhere do nothing.

    Loading reads whole checkpoints that are then converted and dropped; without this they stay in the resident size.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
