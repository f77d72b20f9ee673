"""What an encoder made of texts, kept from one training to the next."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from nlu.encoder.encoding_cache import KeepingEncoder, KeptEncodings
from nlu.encoder.sentence_encoder import EncodedText, MiniLMEncoder
from nlu.options import EncoderOptions

pytestmark = pytest.mark.heavy

TEXTS = ["hello", "a flight to Paris", "hello", ""]
LARGE = 10**9


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "build" / "encodings.sqlite"


@pytest.fixture
def ran(encoder: MiniLMEncoder, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that went through the network."""
    texts: list[str] = []
    encode_all = MiniLMEncoder.encode_all

    def listening(self: MiniLMEncoder, fresh: Sequence[str], words: bool = True) -> list[EncodedText]:
        texts.extend(fresh)
        return encode_all(self, fresh, words)

    monkeypatch.setattr(MiniLMEncoder, "encode_all", listening)
    return texts


def assert_equal(ours: Sequence[EncodedText], others: Sequence[EncodedText]) -> None:
    for our, other in zip(ours, others, strict=True):
        for name in ("sentence", "wording", "word_vectors"):
            np.testing.assert_array_equal(getattr(our, name), getattr(other, name))
        assert our.word_spans == other.word_spans


def test_a_kept_text_has_the_vectors_that_it_had_when_it_was_fresh(encoder: MiniLMEncoder, file: Path) -> None:
    fresh = KeepingEncoder(encoder, file, LARGE).encode_all(TEXTS)
    assert_equal(KeepingEncoder(encoder, file, LARGE).encode_all(TEXTS), fresh)
    for ours, base in zip(fresh, encoder.encode_all(TEXTS), strict=True):
        np.testing.assert_allclose(ours.sentence, base.sentence, atol=1e-5)
        np.testing.assert_allclose(ours.wording, base.wording, atol=1e-5)
        np.testing.assert_allclose(ours.word_vectors, base.word_vectors, rtol=2e-3, atol=2e-3)
        assert ours.word_spans == base.word_spans
        assert not ours.word_vectors.flags.writeable


def test_only_new_texts_are_encoded(encoder: MiniLMEncoder, file: Path, ran: list[str]) -> None:
    KeepingEncoder(encoder, file, LARGE).encode_all(TEXTS)
    assert ran == ["hello", "a flight to Paris", ""]
    ran.clear()
    KeepingEncoder(encoder, file, LARGE).encode_all(["goodbye", *TEXTS])
    assert ran == ["goodbye"]
    KeepingEncoder(encoder, file, LARGE).encode_all([])


def test_a_text_kept_without_its_words_is_encoded_again_for_them(
    encoder: MiniLMEncoder, file: Path, ran: list[str]
) -> None:
    (bare,) = KeepingEncoder(encoder, file, LARGE).encode_all(["hello there"], words=False)
    assert bare.word_spans == ()
    (whole,) = KeepingEncoder(encoder, file, LARGE).encode_all(["hello there"])
    assert whole.word_spans == ((0, 5), (6, 11))
    ran.clear()
    (bare,) = KeepingEncoder(encoder, file, LARGE).encode_all(["hello there"], words=False)
    assert (bare.word_spans, ran) == ((), [])


def test_what_another_encoder_made_is_not_taken(encoder: MiniLMEncoder, file: Path, ran: list[str]) -> None:
    KeepingEncoder(encoder, file, LARGE).encode_all(["hello"])
    others = (
        MiniLMEncoder(encoder.bert, encoder.tokenizer, "another", encoder.options),
        MiniLMEncoder(encoder.bert, encoder.tokenizer, encoder.identity, EncoderOptions(max_tokens=8)),
    )
    for other in others:
        ran.clear()
        KeepingEncoder(other, file, LARGE).encode_all(["hello"])
        assert ran == ["hello"]


def test_those_used_least_lately_go_when_they_are_too_many(encoder: MiniLMEncoder, file: Path, ran: list[str]) -> None:
    three = 3 * (32 + 2 * 4 * encoder.dimension)
    for texts in (["one", "two", "three"], ["one"], ["four"]):
        KeepingEncoder(encoder, file, three).encode_all(texts, words=False)
    ran.clear()
    KeepingEncoder(encoder, file, three).encode_all(["one", "four"], words=False)
    assert ran == []
    KeepingEncoder(encoder, file, three).encode_all(["two", "three"], words=False)
    assert len(ran) == 1


def test_a_damaged_file_is_told_and_begun_anew(
    encoder: MiniLMEncoder, file: Path, ran: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    file.parent.mkdir()
    file.write_bytes(b"no database" * 1000)
    KeepingEncoder(encoder, file, LARGE).encode_all(["hello"])
    assert f"{file} cannot be used" in caplog.text
    ran.clear()
    KeepingEncoder(encoder, file, LARGE).encode_all(["hello"])
    assert ran == []


def test_a_file_that_cannot_be_written_is_done_without(
    encoder: MiniLMEncoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    (encoded,) = KeepingEncoder(encoder, tmp_path / "file" / "encodings.sqlite", LARGE).encode_all(["hello"])
    assert encoded.word_spans == ((0, 5),)
    assert "cannot be used" in caplog.text


def test_what_is_written_is_written_whole_or_not_at_all(file: Path) -> None:
    old, new, broken = ((b"old", None, None), (b"new", None, None), (object(), None, None))
    with KeptEncodings(file, "encoder", LARGE) as kept:
        kept.write({"a": old, "b": old}, [])
        with pytest.raises(sqlite3.Error):
            kept.write({"a": new, "b": broken}, [])  # type: ignore[dict-item]
    with KeptEncodings(file, "encoder", LARGE) as kept:
        assert kept.read(["a", "b", "c"], words=False) == {"a": old, "b": old}
