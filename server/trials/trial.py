"""How test conversations are held: with which assistant, by text or by voice, and in what noise."""

from dataclasses import dataclass
from pathlib import Path

KITCHEN = "kitchen-like"
"""The noise that needs no recording."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`server`: the address of one that runs, else the trained project in this process.

    `noise` is a recording, or `KITCHEN`, `snr_db` decibels below the voice.
    """

    server: str | None = None
    api_key: str = ""
    by_voice: bool = False
    noise: str | None = None
    snr_db: float = 15.0

    def __post_init__(self) -> None:
        if self.noise is not None and not self.by_voice:
            raise ValueError("--noise is heard by voice alone: add --voice")
        if self.noise not in (None, KITCHEN) and not Path(self.noise).is_file():
            raise ValueError(f"--noise {self.noise}: there is no such file, and it is not {KITCHEN}")
