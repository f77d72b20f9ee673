"""Word vectors of many texts, made once and kept on disk in float16: the encoder is frozen, so they never change."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.embedder import EncodedWords, WordEncoder

CHUNK = 2000  # texts encoded at a time


@dataclass(frozen=True, slots=True)
class KeptWords:
    """The vectors of a text's words as they were kept, float16 [words, 2 * dimension]."""

    word_vectors: npt.NDArray[np.float32]
    word_spans: tuple[tuple[int, int], ...]


class KeptVectors:
    """Gives the vectors that a folder holds, as an encoder would; raises KeyError for a text that is not among them."""

    def __init__(self, folder: Path) -> None:
        self._places: dict[str, tuple[int, list[tuple[int, int]]]] = {}
        with (folder / "texts.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                text, start, spans = json.loads(line)
                self._places[text] = start, [tuple(span) for span in spans]
        size = (folder / "vectors.f16").stat().st_size
        width = json.loads((folder / "width.json").read_text(encoding="utf-8"))
        self._vectors = np.memmap(folder / "vectors.f16", np.float16, "r", shape=(size // 2 // width, width))

    @classmethod
    def of(cls, texts: Iterable[str], encoder: WordEncoder, folder: Path) -> "KeptVectors":
        """Encode what is not in the folder yet, and open it."""
        folder.mkdir(parents=True, exist_ok=True)
        held = cls(folder)._places if (folder / "width.json").is_file() else {}
        missing = [text for text in dict.fromkeys(texts) if text not in held]
        start = sum(len(spans) for _, spans in held.values())
        with (folder / "vectors.f16").open("ab") as vectors, (folder / "texts.jsonl").open("a", encoding="utf-8") as at:
            for first in range(0, len(missing), CHUNK):
                chunk = missing[first : first + CHUNK]
                for text, encoded in zip(chunk, encoder.encode_all(chunk), strict=True):
                    vectors.write(encoded.word_vectors.astype(np.float16).tobytes())
                    at.write(json.dumps([text, start, encoded.word_spans]) + "\n")
                    start += len(encoded.word_spans)
                    if encoded.word_spans:
                        width = encoded.word_vectors.shape[1]
        if missing:
            (folder / "width.json").write_text(json.dumps(width), encoding="utf-8")
        return cls(folder)

    def encode_all(self, texts: Sequence[str]) -> Sequence[EncodedWords]:
        """The kept vectors of each text."""
        return [self._kept(text) for text in texts]

    def encode(self, text: str) -> EncodedWords:
        """The kept vectors of a text."""
        return self._kept(text)

    def _kept(self, text: str) -> KeptWords:
        start, spans = self._places[text]
        return KeptWords(self._vectors[start : start + len(spans)].astype(np.float32), tuple(spans))
