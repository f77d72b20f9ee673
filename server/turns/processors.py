"""Shares the processors out: the calls of several sessions run side by side, so each needs one of them."""

from threadpoolctl import threadpool_limits


def multiply_on(threads: int | None) -> None:
    """Let one matrix product of NumPy take so many threads, in the whole process; None leaves what is set.

    Its library (OpenBLAS) else takes a thread for each processor even for small products, and those that wait for work
    spin: a turn of the dialogue took twice the time of the processor. For when NumPy has been imported.
    """
    if threads is not None:
        threadpool_limits(threads, user_api="blas")
