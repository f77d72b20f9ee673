"""What reviews say of a thing."""

import pytest

from retrieval.document import Document
from retrieval.language.sentiment import polarity
from retrieval.reviews.opinions import (
    Opinion,
    asks_for_opinions,
    aspect_of,
    both_sides,
    counts_by_leaning,
    counts_by_rating,
    in_quotes,
    opinion_in,
    opinions_of,
    quoted,
)


def leaning_of(text: str, rating: int, about: str = "screen") -> float:
    (opinion,) = opinions_of([Document("review:a", "review", "", text, about="product:a", rating=rating)], {about})
    return opinion.leaning


@pytest.mark.parametrize("rating", [1, 3, 5])
def test_clear_words_say_whether_it_is_praise(rating: int) -> None:
    assert leaning_of("The screen is wonderful.", rating) > 0 > leaning_of("The screen is terrible.", rating)


def test_where_words_are_not_clear_the_stars_say_it() -> None:
    text = "The screen shows xylophones."
    assert abs(polarity(text, {"screen"})) < 0.5
    assert (leaning_of(text, 5), leaning_of(text, 2)) == (1.0, -0.5)
    assert leaning_of(text, 3) == polarity(text, {"screen"})


def test_each_thing_that_a_sentence_names_is_judged_by_itself() -> None:
    text = "Great sound, but the remote is flimsy."
    assert leaning_of(text, 3, "sound") > 0 > leaning_of(text, 3, "remote")


def review(number: int, text: str, title: str = "", rating: int = 3) -> Document:
    return Document(f"review:{number}", "review", title, text, about="product:a", rating=rating)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what do people say about it", True),
        ("any complaints", True),
        ("pros and cons of the lamp", True),
        ("is it any good", True),
        ("do other customers like the screen", True),
        ("are buyers happy with it", True),
        ("worth the money", True),
        ("is it good for people with long hair", False),
        ("how many starships are there", False),
        ("how heavy is it", False),
    ],
)
def test_knows_what_asks_for_opinions(text: str, expected: bool) -> None:
    assert asks_for_opinions(text) is expected


def test_the_aspect_is_what_is_not_about_reviews() -> None:
    assert aspect_of("what do people say about the battery and the screens") == ["battery", "screens"]
    assert aspect_of("any complaints from customers") == []


def test_of_each_review_the_sentence_that_says_most_of_the_aspect_is_taken() -> None:
    reviews = [
        review(1, "It came fast. The screen is big. The big screen shines."),
        review(2, "It works.", title="Nice screen."),
        review(3, "It hums."),
    ]
    found = opinions_of(reviews, {"screen", "shine"})
    assert [(opinion.review_id, opinion.sentence) for opinion in found] == [
        ("review:1", "The big screen shines."),
        ("review:2", "Nice screen. It works."),
    ]


def test_without_an_aspect_each_review_is_quoted_from_its_beginning() -> None:
    found = opinions_of([review(1, "One. Two."), review(2, "", title="Title")], set())
    assert [opinion.sentence for opinion in found] == ["One.", "Title"]


def leaning(name: str, amount: float) -> Opinion:
    return Opinion(name, f"{name}.", amount)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(0, []), (1, ["love"]), (3, ["love", "hate", "like"]), (9, ["love", "hate", "like", "meh", "fine"])],
)
def test_praise_and_complaints_come_in_turn_the_clearest_first(limit: int, expected: list[str]) -> None:
    said = [
        leaning("fine", 0.1),
        leaning("like", 0.5),
        leaning("meh", 0.0),
        leaning("hate", -0.9),
        leaning("love", 0.9),
    ]
    assert [chosen.review_id for chosen in both_sides(said, limit)] == expected


def test_one_side_alone_is_quoted_when_there_is_no_other() -> None:
    bad = [leaning("dull", -0.2), leaning("hate", -0.9)]
    assert [chosen.review_id for chosen in both_sides(bad, 5)] == ["hate", "dull"]


@pytest.mark.parametrize(
    ("ratings", "text"),
    [
        ([1], "The one review of the Lamp gives one star."),
        ([4], "The one review of the Lamp gives four stars."),
        ([5, 5], "Of 2 reviews of the Lamp, two give five stars."),
        ([1, 1], "Of 2 reviews of the Lamp, two give one star."),
        ([2, 2], "Of 2 reviews of the Lamp, two give two stars."),
        (
            [5, 4, 2, 1],
            "Of 4 reviews of the Lamp, one gives five stars, one gives four, one gives two and one gives one.",
        ),
        ([2, 5, 4, 5, 5], "Of 5 reviews of the Lamp, three give five stars, one gives four and one gives two."),
        ([3] * 11, "Of 11 reviews of the Lamp, 11 give three stars."),
    ],
)
def test_ratings_are_counted_the_best_first(ratings: list[int], text: str) -> None:
    assert counts_by_rating("Lamp", [review(at, "x", rating=rating) for at, rating in enumerate(ratings)]) == text


@pytest.mark.parametrize(
    ("total", "leanings", "text"),
    [
        (7, [0.5, 0.2, -0.1], "Of 7 reviews of the Lamp, three speak of that: two with praise and one critically."),
        (7, [0.5], "Of 7 reviews of the Lamp, one speaks of that: one with praise."),
        (7, [0.0, 0.0], "Of 7 reviews of the Lamp, two speak of that."),
        (1, [-0.5], "The one review of the Lamp speaks of that: critically."),
        (1, [0.0], "The one review of the Lamp speaks of that."),
    ],
)
def test_praise_and_complaints_are_counted(total: int, leanings: list[float], text: str) -> None:
    said = [leaning(str(at), amount) for at, amount in enumerate(leanings)]
    assert counts_by_leaning("Lamp", total, said) == text


def test_quotes_are_joined() -> None:
    assert quoted([leaning("Good", 1), leaning("Bad", -1)]) == "One says: “Good.” Another says: “Bad.”"
    assert quoted([]) == ""


def test_a_title_is_quoted_with_the_first_sentence_after_it() -> None:
    chilly = review(1, "We wore coats. The stove is slow.", title="Chilly", rating=2)
    assert opinion_in(chilly, "Chilly") == Opinion("review:1", "Chilly. We wore coats.", -0.5)


def test_clear_words_count_more_than_the_stars() -> None:
    assert opinion_in(review(1, "The bed is wonderful.", rating=1), "The bed is wonderful.").leaning > 0


@pytest.mark.parametrize(("sentence", "expected"), [("It hums", "“It hums.”"), ("Kippers!", "“Kippers!”")])
def test_a_quoted_sentence_ends_with_one_sign(sentence: str, expected: str) -> None:
    assert in_quotes(sentence) == expected
