"""The names of products, looked up in a catalogue."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.document import PRODUCT, Document
from retrieval.index.catalogue import Catalogue
from retrieval.index.name_index import Name, NameIndex, Word, is_fuzzy, sound_of, spellings_of, tokens_of
from tests.retrieval.index.catalogues import update_catalogue, write_catalogue


def product(title: str, *aliases: str, category: str = "", brand: str = "") -> Document:
    name = title.lower().replace(" ", "-")
    return Document(f"product:{name}", PRODUCT, title, "", aliases, category=category, brand=brand)


PRODUCTS = [
    product("Falcon Book 14", "falcon laptop", category="Computers > Laptops", brand="Oak"),
    product("Falcon Book 16", category="Computers > Laptops", brand="Oak Tree"),
    product("Harbor Kettles", "the kettle", category="Kitchen", brand="Harbor"),
    product("Robin Vacuum", "Robin Vacuum!", "...", category="Kitchen", brand="oak"),
]
FALCON_14 = Name("product:falcon-book-14", ("falcon", "book", "14"), "14")
FALCON_LAPTOP = Name("product:falcon-book-14", ("falcon", "laptop"), "14")
FALCON_16 = Name("product:falcon-book-16", ("falcon", "book", "16"), "16")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("index") / "generation-1"
    write_catalogue(folder, PRODUCTS)
    with Catalogue(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def index(catalogue: Catalogue) -> NameIndex:
    return NameIndex(catalogue.rows)


def test_tokens_are_lower_case_with_numbers_as_digits() -> None:
    assert tokens_of("Falcon Book Sixteen, Éclair") == ["falcon", "book", "16", "eclair"]


@pytest.mark.parametrize(
    ("token", "other", "alike"),
    [("sony", "soni", True), ("vacuum", "vakum", True), ("quick", "kuik", False), ("sony", "sonny", False)],
)
def test_a_sound_is_the_first_letter_as_written_and_every_consonant(token: str, other: str, alike: bool) -> None:
    assert (sound_of(token) == sound_of(other)) is alike


letters = st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=4, max_size=9)


@given(letters, st.integers(0, 8), letters)
def test_a_word_and_its_misspelling_by_one_letter_share_a_spelling(token: str, at: int, other: str) -> None:
    at %= len(token)
    missing, wrong = token[:at] + token[at + 1 :], token[:at] + other[0] + token[at + 1 :]
    added = token[:at] + other[0] + token[at:]
    for misspelt in (missing, wrong, added):
        assert spellings_of(token) & spellings_of(misspelt)


def test_short_words_and_numbers_must_be_spelled_right() -> None:
    assert [is_fuzzy(token) for token in ("book", "tea", "1000", "wh1000")] == [True, False, False, False]


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("falcon", Word(3, 2, 0, False)),
        ("14", Word(1, 1, 1, False)),
        ("laptop", Word(1, 0, 0, True)),
        ("kettles", Word(1, 1, 1, False)),
        ("kettle", Word(1, 0, 0, False)),
        ("computers", Word(0, 0, 0, True)),
        ("oak", Word(0, 0, 0, False)),
    ],
)
def test_a_word_is_counted_by_where_it_stands(index: NameIndex, token: str, expected: Word) -> None:
    assert index.word(token) == expected


def test_a_name_that_is_written_twice_is_kept_once_and_one_without_a_word_never(index: NameIndex) -> None:
    assert index.word("robin") == Word(1, 1, 0, False)
    assert index.total == 6


@pytest.mark.parametrize(
    ("token", "expected"),
    [("falcn", ["falcon"]), ("falkon", ["falcon"]), ("vaccum", ["vacuum"]), ("bok", ["book"]), ("zeppelin", [])],
)
def test_words_spelled_or_sounding_nearly_alike_are_found(index: NameIndex, token: str, expected: list[str]) -> None:
    assert index.alike(token) == expected


def test_the_names_with_a_word_are_found_in_their_order(index: NameIndex) -> None:
    assert index.names_with(["falcon"]) == [FALCON_14, FALCON_LAPTOP, FALCON_16]
    assert index.names_with(["laptop", "16", "zeppelin"]) == [FALCON_LAPTOP, FALCON_16]
    assert index.names_with([]) == []


def test_of_words_that_many_names_have_two_are_needed(index: NameIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.index.name_index.COMMON_NAMES", 1)
    assert index.names_with(["falcon"]) == []
    assert index.names_with(["falcon", "book"]) == [FALCON_14, FALCON_16]
    assert index.names_with(["falcon", "laptop"]) == [FALCON_LAPTOP]


def test_categories_are_named_by_their_last_part(index: NameIndex) -> None:
    assert index.categories_of(["laptop", "kitchen"]) == ["Computers > Laptops", "Kitchen"]
    assert index.categories_of(["computer"]) == []
    assert sorted(index.kinds()) == ["kitchen", "laptop"]


def test_titles_say_their_kind_with_their_last_word(index: NameIndex) -> None:
    assert index.endings_of(["kettle", "vacuum", "book"]) == ["kettles", "vacuum"]
    assert index.is_said_by_titles("kitchen", ["vacuum"])
    assert not index.is_said_by_titles("Computers > Laptops", ["vacuum", "book"])


def test_brands_are_found_whole_the_longest_first(index: NameIndex) -> None:
    found = index.brands_of(tokens_of("an oak tree or harbor"))
    assert found == [(("oak", "tree"), "Oak Tree"), (("harbor",), "Harbor"), (("oak",), "Oak"), (("oak",), "oak")]
    assert index.brands_of(["tree"]) == []


def test_what_is_removed_is_no_name_any_longer_and_what_others_need_stays(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "old", PRODUCTS)
    update_catalogue(tmp_path / "new", tmp_path / "old", [], [PRODUCTS[0].id, PRODUCTS[2].id])
    with Catalogue(tmp_path / "new") as catalogue:
        index = NameIndex(catalogue.rows)
        assert index.names_with(["falcon", "laptop", "kettles"]) == [FALCON_16]
        assert (index.alike("falcn"), index.alike("ketles")) == (["falcon"], [])
        assert index.categories_of(["laptop", "kitchen"]) == ["Computers > Laptops", "Kitchen"]
        assert index.brands_of(["harbor"]) == []


def test_a_catalogue_without_products_has_no_names(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "none", [Document("faq:a", "faq", "Why?", "Because.")])
    with Catalogue(tmp_path / "none") as catalogue:
        index = NameIndex(catalogue.rows)
        assert (index.total, index.kinds(), index.names_with(["why"])) == (0, [], [])


def test_several_threads_look_up_the_same(index: NameIndex) -> None:
    barrier = threading.Barrier(4)

    def look_up(_: int) -> list[Name]:
        barrier.wait(timeout=60)
        return index.names_with(["falcon", "14"])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(look_up, range(4))) == [[FALCON_14, FALCON_LAPTOP, FALCON_16]] * 4
