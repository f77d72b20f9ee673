"""Names found in texts by spelling and by sound."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.names.sound_index import CatalogueName, Evidence, SoundIndex, confidence_of, identity_of
from nlu.options import SoundOptions

SHOP = (
    CatalogueName("Pulse Buds 2", ("pulse buds two", "pulse buds"), "p1"),
    CatalogueName("Pulse Buds Pro", (), "p2"),
    CatalogueName("Harbor Kettle", ("harbour kettle",), "p3"),
    CatalogueName("Falcon Book 14", (), "p4"),
    CatalogueName("Falcon Book 16", (), "p5"),
    CatalogueName("Swift Hare Mouse", ("swift hare",), "p6"),
    CatalogueName("WH-1000XM5", (), "p7"),
    CatalogueName("Clean Page Laser", (), "p8"),
    CatalogueName("Snow Owl Buds", (), "p9"),
    CatalogueName("Anvil Phone", (), "p10"),
)

MODELS = SoundIndex(
    CatalogueName(name, (), id)
    for name, id in (("WH-1000XM5", "WH"), ("Galaxy S24", "S"), ("Pixel 8a", "P"), ("PS5", "PS"), ("Filter 2.5", "F"))
)


@pytest.fixture(scope="module")
def index() -> SoundIndex:
    return SoundIndex(SHOP, ordinary_words=("how", "much", "is", "in", "stock", "phone", "do", "you", "have"))


def found(index: SoundIndex, text: str) -> list[tuple[str, str]]:
    return [(match.id, match.heard) for match in index.find(text)]


@pytest.mark.parametrize(
    ("text", "id", "heard"),
    [
        ("how much is the Pulse Buds 2?", "p1", "Pulse Buds 2"),
        ("the pulse-buds two, please", "p1", "pulse-buds two"),
        ("is the harborkettle in stock", "p3", "harborkettle"),
        ("falcon book sixteen", "p5", "falcon book sixteen"),
        ("a w h one thousand x m five", "p7", "w h one thousand x m five"),
        ("the WH 1000 XM5's battery", "p7", "WH 1000 XM5"),
        ("is the falcon book sixteen inches wide", "p5", "falcon book sixteen inches"),
    ],
)
def test_a_name_is_certain_however_it_is_written(index: SoundIndex, text: str, id: str, heard: str) -> None:
    (match,) = index.find(text)
    assert (match.id, match.heard) == (id, heard)
    assert match.confidence == pytest.approx(1.0, abs=1e-4)
    assert text[match.start : match.end] == heard


@pytest.mark.parametrize(
    ("text", "id", "heard"),
    [
        ("do you have the pull spuds pro", "p2", "pull spuds pro"),
        ("what does the swift hair mouse cost", "p6", "swift hair mouse"),
        ("how much is the claim paige lazer", "p8", "claim paige lazer"),
        ("is the harper kettle in stock", "p3", "harper kettle"),
        ("tell me about the snow all buds", "p9", "snow all buds"),
    ],
)
def test_a_misheard_name_resolves(index: SoundIndex, text: str, id: str, heard: str) -> None:
    (match,) = index.find(text)
    assert (match.id, match.heard) == (id, heard)
    assert 0.5 <= match.confidence < 1


@pytest.mark.parametrize(
    "text",
    ["how much is a phone", "do you have headphones", "how long is the book", "what is in stock", "", "  ", "?", "14"],
)
def test_no_name_no_match(index: SoundIndex, text: str) -> None:
    assert index.find(text) == ()


def test_numbers_must_agree(index: SoundIndex) -> None:
    assert found(index, "the falcon book 14") == [("p4", "falcon book 14")]
    assert found(index, "the falcon book 18") == []
    assert found(index, "the falcan book 16") == [("p5", "falcan book 16")]


@pytest.mark.parametrize(
    "text",
    ["WH-1000XM4", "w h one thousand x m four", "galaxy s23", "the galaxy s twenty three", "pixel 7a", "ps4",
     "filter 3.5", "filter three point five"],
)  # fmt: skip
def test_numbers_within_words_must_agree(text: str) -> None:
    assert found(MODELS, text) == []


@pytest.mark.parametrize(
    ("text", "id"),
    [("wh1000xm5", "WH"), ("the galaxi s24", "S"), ("pixel eight a", "P"), ("p s five", "PS"), ("filter 2.5", "F")],
)
def test_model_numbers_that_agree_are_found(text: str, id: str) -> None:
    assert [match.id for match in MODELS.find(text)] == [id]


def test_commas_within_numbers_do_not_matter() -> None:
    assert SoundIndex([CatalogueName("Puzzle 1000", ())]).find("the puzzle 1,000")[0].confidence == 1


@pytest.mark.parametrize(
    ("text", "heard"), [("falcon book please", "falcon book"), ("the pulse buds charge fast", "pulse buds")]
)
def test_what_is_written_comes_before_a_longer_guess(text: str, heard: str) -> None:
    names = ("Falcon Book", "Falcon Book Sleeve", "Pulse Buds", "Pulse Buds Charging Case")
    (match,) = SoundIndex([CatalogueName(name, ()) for name in names]).find(text)
    assert (match.heard, match.confidence) == (heard, 1.0)
    assert match.name.lower() == heard


def test_of_two_written_names_the_longer_is_meant() -> None:
    (match,) = SoundIndex([CatalogueName(name, ()) for name in ("Falcon Book", "Falcon Book Sleeve")]).find(
        "the falcon book sleeve"
    )
    assert match.name == "Falcon Book Sleeve"


def test_names_that_are_equally_likely_share_the_confidence(index: SoundIndex) -> None:
    either = SoundIndex(SHOP, SoundOptions(min_confidence=0.1))
    confidences = [match.confidence for match in either.find("the falcon book")]
    assert all(confidence <= 0.5 for confidence in confidences)
    twins = (CatalogueName("Oak Lock", ("oak",)), CatalogueName("Oak Door", ("oak",)))
    (match,) = SoundIndex(twins, SoundOptions(min_confidence=0.1)).find("an oak please")
    assert match.confidence == pytest.approx(0.5)
    assert SoundIndex(twins).find("an oak please") == ()


@pytest.mark.parametrize(
    "ways",
    [
        ("iPhone", "iphone", "I-Phone"),
        ("T-Shirt", "T Shirt", "t\u2011shirt"),
        ("WH-1000XM5", "WH 1000 XM5", "w h one thousand x m five"),
        ("Drive 64 GB", "drive 64gb", "Drive sixty four gigabytes"),
        ("Puzzle 1,000", "puzzle one thousand"),
    ],
)
def test_ways_to_write_a_name_are_one(ways: tuple[str, ...]) -> None:
    assert len(set(map(identity_of, ways))) == 1


@pytest.mark.parametrize(
    "names",
    [
        ("S24", "S24+"),
        ("C", "C++", "C#"),
        ("1/2 inch bolt", "12 inch bolt"),
        ("5 kg bell", "5 lb bell", "5 bell"),
        ("Oil 2.5", "Oil 2 5", "Oil 25"),
        ("$", "?", ""),
    ],
)
def test_names_that_differ_in_a_number_a_unit_or_a_sign_are_several(names: tuple[str, ...]) -> None:
    assert len(set(map(identity_of, names))) == len(names)


def test_several_names_come_in_reading_order(index: SoundIndex) -> None:
    assert found(index, "the anvil phone or the pulse buds or a harbor kettle") == [
        ("p10", "anvil phone"),
        ("p1", "pulse buds"),
        ("p3", "harbor kettle"),
    ]


def test_the_bar_can_be_moved() -> None:
    text = "do you have the pull spuds pro"
    (match,) = SoundIndex(SHOP).find(text)
    assert SoundIndex(SHOP, SoundOptions(min_confidence=match.confidence + 0.001)).find(text) == ()


def test_ordinary_words_make_a_name_less_likely() -> None:
    text = "the swift hair mouse"
    plain = SoundIndex(SHOP).find(text)[0].confidence
    (match,) = SoundIndex(SHOP, SoundOptions(min_confidence=0.0), ["hair"]).find(text)[:1]
    assert match.confidence < plain


def test_each_piece_of_evidence_counts() -> None:
    options = SoundOptions()
    base = Evidence(0.8, 0.5, 0.2)
    assert confidence_of(replace(base, likeness=0.9), options) > confidence_of(base, options)
    assert confidence_of(replace(base, length=0.9), options) > confidence_of(base, options)
    assert confidence_of(replace(base, ordinary=0.5), options) < confidence_of(base, options)


def test_an_empty_catalogue_finds_nothing() -> None:
    assert SoundIndex(()).find("the harbor kettle") == ()


def test_a_long_text_is_read_to_its_end() -> None:
    assert len(SoundIndex([CatalogueName("Oak", ())]).find("oak lamps " * 5_000)) == 5_000


def test_a_large_catalogue_compares_few_names() -> None:
    random.seed(1)
    syllables = ["ka", "ro", "mi", "ten", "bar", "lo", "sun", "vi", "dex", "pol", "gra", "nu", "fel", "os", "ti", "wen"]
    names = {" ".join("".join(random.choices(syllables, k=3)) for _ in range(2)) for _ in range(20_000)}
    large = SoundIndex((*SHOP, *(CatalogueName(name, ()) for name in sorted(names))))
    text = "how much is the harper kettle please"
    stretches = list(large.compare(text))
    assert 0 < len(stretches) <= 30
    assert max(map(len, stretches)) == SoundOptions().candidates
    assert found(large, text) == [("p3", "harper kettle")]


@given(st.text(max_size=60))
def test_matches_lie_in_the_text_in_order(index: SoundIndex, text: str) -> None:
    matches = index.find(text)
    assert all(text[match.start : match.end] == match.heard and match.heard for match in matches)
    assert all(one.end <= other.start for one, other in zip(matches, matches[1:], strict=False))
