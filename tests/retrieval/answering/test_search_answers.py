"""What searches find over the tiny shop, and what is left after what was shown."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from retrieval.answering.answerer import Answerer
from retrieval.answering.refusals import NO_OTHERS
from retrieval.index.index_folder import build_index
from retrieval.question import Answer, Question
from retrieval.search.retriever import HybridRetriever
from tests.retrieval.selection.places import PLACES
from tests.retrieval.toy_embedder import WordHashEmbedder


def ask(answerer: Answerer, question: Question) -> Answer:
    answer = answerer.answer(question)
    assert answer is not None
    return answer


def test_others_come_after_what_was_shown_until_there_are_none(answerer: Answerer) -> None:
    first = ask(answerer, Question("do you have earbuds"))
    assert first.search == ("do you have earbuds",)
    (one, *rest) = first.source_ids
    others = ask(answerer, Question("do you have earbuds", without=(one,)))
    assert set(others.source_ids) == set(rest)
    assert others.text.startswith("We also have")
    none = ask(answerer, Question("do you have earbuds", without=first.source_ids))
    assert (none.text, none.source_ids) == (NO_OTHERS, ())


def test_others_keep_what_was_said_of_the_search(answerer: Answerer) -> None:
    first = ask(answerer, Question("do you have earbuds"))
    more = Question("any earbuds", search=("do you have earbuds",), without=first.source_ids[:1])
    others = ask(answerer, more)
    assert others.source_ids == first.source_ids[1:]
    assert others.search == ("do you have earbuds", "any earbuds")
    laptops = ask(answerer, replace(more, text="any laptops"))
    assert not set(laptops.source_ids) & set(first.source_ids)
    assert laptops.search == ("any laptops",)


def test_without_a_search_others_are_of_the_kind_that_is_spoken_of(answerer: Answerer) -> None:
    question = Question("anything else like that", "product:pulse-buds-2", without=("product:pulse-buds-2",))
    assert ask(answerer, question).source_ids == ("product:pulse-buds-pro",)


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    """Answers about the town."""
    folder, embedder = tmp_path_factory.mktemp("town"), WordHashEmbedder()
    build_index(PLACES, embedder, folder)
    with HybridRetriever.open(folder, embedder) as retriever:
        yield Answerer(retriever)


def offered(guide: Answerer, text: str, *before: str, about: str | None = None) -> list[str]:
    answer = ask(guide, Question(text, about, search=before))
    return sorted({source.removeprefix("product:").partition("#")[0] for source in answer.source_ids})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I need a 4 star hotel in the east with free parking", ["ash-court"]),
        ("somewhere to eat in the east", ["el-sol"]),
        ("a guesthouse that takes pets, please", ["birch-inn", "cedar-house"]),
        ("a hotel that does not allow pets", ["ash-court"]),
        ("an Italian place", ["da-nino"]),
        ("in the north", ["cedar-house", "fusion-nine"]),
    ],
)
def test_what_is_offered_meets_all_conditions(guide: Answerer, text: str, expected: list[str]) -> None:
    assert offered(guide, text) == expected


def test_later_turns_refine_what_was_set(guide: Answerer) -> None:
    assert offered(guide, "how about the north", "any hotels in the east", "with 4 stars") == ["cedar-house"]
    assert offered(guide, "a museum", "any hotels in the east") == ["hall-of-maps"]


def test_what_comes_closest_is_told_with_what_is_otherwise(guide: Answerer) -> None:
    answer = ask(guide, Question("a 4 star guesthouse in the east"))
    assert answer.text == (
        "We have nothing that meets all of that. Other than wished in area: the Cedar House (area north)."
    )


def test_what_one_thing_has_is_asked_of_the_one_that_is_spoken_of(guide: Answerer) -> None:
    assert offered(guide, "is there free parking", about="ash-court") == ["ash-court"]
    assert offered(guide, "is there anything with free parking", about="ash-court") == ["ash-court", "cedar-house"]
    assert offered(guide, "I need a hotel that allows pets", about="ash-court") == ["birch-inn", "cedar-house"]
