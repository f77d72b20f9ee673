"""One line in the log for each request that was refused for what its key is, or is not."""

import logging

from server.access.keys import id_of

logger = logging.getLogger(__name__)


def note_refusal(address: str, path: str, shown: str | None, why: str) -> None:
    """Write who was refused what, and why; of a key, only the part that is no secret."""
    key = "no key" if not shown else f"key {id_of(shown) or 'of another form'}"
    logger.warning("refused %s at %s, %s: %s", address, path, key, why)
