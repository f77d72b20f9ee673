import concurrent.futures
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.encoder.sentence_encoder import MiniLMEncoder
from nlu.encoder.weights import KNOWN_SHA256, default_identity, package_zip, read_encoder_files
from nlu.errors import NluError, WeightsError
from nlu.options import EncoderOptions

ROUNDING = 4e-3  # of a number of a unit vector, where products are taken in bfloat16

# Two sentences with their published similarity scale: sentence-transformers gives the first pair well above 0.5.
PARAPHRASES = ("how much is it", "what does it cost")
UNRELATED = "the weather in spain is nice"


def test_identity_is_the_one_told_without_loading(encoder: MiniLMEncoder) -> None:
    assert encoder.identity == default_identity()
    assert encoder.dimension == 384


def test_paraphrase_is_closer_than_unrelated(encoder: MiniLMEncoder) -> None:
    first, second, other = encoder.embed([*PARAPHRASES, UNRELATED])
    assert first @ second > 0.6
    assert first @ other < 0.2


def test_words_of_its_vocabulary_are_known_and_pieces_of_them_are_not(encoder: MiniLMEncoder) -> None:
    assert [encoder.knows(word) for word in ("cake", "battery", "battry", "fones")] == [True, True, False, False]


def test_vectors_have_unit_length_and_are_float32(encoder: MiniLMEncoder) -> None:
    vectors = encoder.embed(["", "a", "a longer sentence about nothing much"])
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors(encoder: MiniLMEncoder) -> None:
    assert encoder.embed([]).shape == (0, 384)
    assert encoder.encode_all([]) == []


@pytest.fixture(scope="module")
def exact() -> MiniLMEncoder:
    """The encoder in full precision, on every processor."""
    return MiniLMEncoder.load(options=EncoderOptions(precision="float32"))


def test_batch_equals_single_so_padding_changes_nothing(exact: MiniLMEncoder) -> None:
    texts = ["", "hi", "what does the red one cost?", "word " * 60, "ünïcode 日本語 😀"]
    batch = exact.embed(texts)
    alone = np.concatenate([exact.embed([text]) for text in texts])
    assert np.abs(batch - alone).max() < 1e-4


def test_quicker_products_give_nearly_the_same_vectors(encoder: MiniLMEncoder, exact: MiniLMEncoder) -> None:
    texts = [*PARAPHRASES, UNRELATED, "", "word " * 60]
    assert (encoder.embed(texts) * exact.embed(texts)).sum(axis=1).min() > 0.9999
    ours, theirs = encoder.encode(UNRELATED).word_vectors, exact.encode(UNRELATED).word_vectors
    assert np.linalg.norm(ours - theirs, axis=1).max() < 0.01 * np.linalg.norm(theirs, axis=1).min()


def test_a_precision_that_the_processor_lacks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlu.encoder.sentence_encoder.multiplies_bfloat16", lambda: False)
    with pytest.raises(NluError, match="'bfloat16'"):
        MiniLMEncoder.load(options=EncoderOptions(precision="bfloat16"))


def test_order_of_texts_is_kept_over_small_batches(encoder: MiniLMEncoder) -> None:
    texts = ["one two three four five six", "one", "one two three", "one two"]
    small = MiniLMEncoder.load(options=EncoderOptions(batch_tokens=6))
    assert np.abs(small.embed(texts) - encoder.embed(texts)).max() < ROUNDING
    assert [len(each.word_spans) for each in small.encode_all(texts)] == [6, 1, 3, 2]


def test_long_text_is_cut_at_the_token_limit(encoder: MiniLMEncoder) -> None:
    encoded = encoder.encode("word " * 1000)
    assert len(encoded.word_spans) == 254  # and the two marks
    assert np.isfinite(encoded.sentence).all()
    assert np.abs(encoded.sentence - encoder.encode("word " * 254).sentence).max() < ROUNDING


def test_word_spans_point_at_the_words(encoder: MiniLMEncoder) -> None:
    text = "Is the Café-Bar 48213, ok?  ünïcode 日本"
    words = [text[start:end] for start, end in encoder.encode(text).word_spans]
    assert words == ["Is", "the", "Café", "-", "Bar", "48213", ",", "ok", "?", "ünïcode", "日", "本"]


def test_word_vector_depends_on_its_sentence(encoder: MiniLMEncoder) -> None:
    river = encoder.encode("the bank of the river").word_vectors[1]
    money = encoder.encode("the bank lent me money").word_vectors[1]
    assert not np.allclose(river, money, atol=0.1)


def test_blank_text_has_no_words(encoder: MiniLMEncoder) -> None:
    encoded = encoder.encode("   ")
    assert encoded.word_spans == ()
    assert encoded.word_vectors.shape == (0, 768)


def test_a_repeated_text_is_answered_from_memory(encoder: MiniLMEncoder) -> None:
    assert encoder.encode("say this once") is encoder.encode("say this once")
    assert encoder.embed(["say this once"]).flags.writeable
    assert not encoder.encode("say this once").sentence.flags.writeable


def test_memory_is_bounded() -> None:
    small = MiniLMEncoder.load(options=EncoderOptions(remembered_texts=2))
    first = small.encode("first")
    small.encode("second")
    assert small.encode("first") is first
    small.encode("third")
    small.encode("fourth")
    assert small.encode("first") is not first


def test_threads_get_the_same_vectors(encoder: MiniLMEncoder) -> None:
    texts = [f"sentence number {number}" for number in range(12)]
    expected = encoder.embed(texts)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: encoder.embed([text])[0], texts))
    assert np.abs(np.stack(found) - expected).max() < ROUNDING


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40))
def test_any_text_has_a_finite_vector_and_spans_in_order(text: str) -> None:
    encoded = MiniLMEncoder.shared().encode(text)
    assert np.isfinite(encoded.sentence).all()
    assert len(encoded.word_vectors) == len(encoded.word_spans)
    positions = [position for span in encoded.word_spans for position in span]
    assert positions == sorted(positions)
    assert all(0 <= position <= len(text) for position in positions)


def test_a_folder_of_the_same_files_gives_the_same_vectors(encoder: MiniLMEncoder, tmp_path: Path) -> None:
    with zipfile.ZipFile(package_zip()) as archive:
        for name in KNOWN_SHA256:
            archive.extract(name, tmp_path)
    other = MiniLMEncoder.load(tmp_path)
    assert np.array_equal(other.embed(["hello"]), encoder.embed(["hello"]))
    assert other.identity.split(":")[1:] == encoder.identity.split(":")[1:]


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"config\.json"):
        MiniLMEncoder.load(tmp_path)
    with pytest.raises(WeightsError, match=r"config\.json .*absent\.zip"):
        MiniLMEncoder.load(tmp_path / "absent.zip")


@pytest.mark.parametrize("name", sorted(KNOWN_SHA256))
def test_a_damaged_file_raises(name: str, tmp_path: Path) -> None:
    files = read_encoder_files()
    assert isinstance(files.weights, bytes)
    contents = {
        "config.json": files.config,
        "tokenizer.json": files.tokenizer,
        "model.safetensors": files.weights,
    }
    for each, content in contents.items():
        (tmp_path / each).write_bytes(content[: len(content) // 2] if each == name else content)
    with pytest.raises(WeightsError):
        MiniLMEncoder.load(tmp_path)


def test_a_tokenizer_that_is_none_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(package_zip()) as archive:
        for name in ("config.json", "model.safetensors"):
            archive.extract(name, tmp_path)
    for content in (
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"model": {"type": "WordPiece"}}',
        b'{"version": "9", "model": {}}',
    ):
        (tmp_path / "tokenizer.json").write_bytes(content)
        with pytest.raises(WeightsError, match=r"tokenizer\.json"):
            MiniLMEncoder.load(tmp_path)
