"""Answers over the tiny shop: quoted, cited, or none."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.answering.answerer import Answerer
from retrieval.question import Answer, Question
from retrieval.search.retriever import HybridRetriever
from tests.retrieval.toy_embedder import WordHashEmbedder

BUDS = "product:pulse-buds-2"


def ask(answerer: Answerer, text: str, product_id: str | None = None) -> Answer:
    answer = answerer.answer(Question(text, product_id))
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("question", "text", "source"),
    [
        ("how much are the pulse buds 2", "The price of the Pulse Buds 2 is $79.99.", f"{BUDS}#price"),
        (
            "how long does the battery of the pulse buds two last",
            "The battery life of the Pulse Buds 2 is 8 hours, 30 hours with the case.",
            f"{BUDS}#battery-life",
        ),
        ("are the pulse buds 2 in stock", "Yes, for the Pulse Buds 2, we have 14 in stock.", f"{BUDS}#stock"),
        ("is the pulse buds pro available", "No, the Pulse Buds Pro are out of stock.", "product:pulse-buds-pro#stock"),
        (
            "which colours has the pulse buds pro",
            "The colours of the Pulse Buds Pro are black and white.",
            "product:pulse-buds-pro#colours",
        ),
        (
            "do the pulse buds 2 have noise cancelling",
            "No, for the noise cancelling of the Pulse Buds 2, the catalogue says: none.",
            f"{BUDS}#noise-cancelling",
        ),
        (
            "what works with the falcon book 14",
            "The Falcon Book 14 works with all screens.",
            "product:falcon-book-14#works-with",
        ),
        ("who makes the falcon book 14", "The Falcon Book 14 is made by Oak.", "product:falcon-book-14"),
    ],
)
def test_speaks_the_fact_asked_for_and_cites_it(answerer: Answerer, question: str, text: str, source: str) -> None:
    answer = ask(answerer, question)
    assert (answer.text, answer.source_ids) == (text, (source,))
    assert answer.product_id == source.partition("#")[0]
    assert answer.product_name is not None
    assert answer.product_name in answer.text


@pytest.mark.parametrize("product_id", [BUDS, "pulse-buds-2"])
@pytest.mark.parametrize(
    ("question", "slug"),
    [("what does it cost", "price"), ("and the weight", "weight"), ("how long does the battery last", "battery-life")],
)
def test_a_follow_up_is_about_the_product_of_the_conversation(
    answerer: Answerer, product_id: str, question: str, slug: str
) -> None:
    assert ask(answerer, question, product_id).source_ids == (f"{BUDS}#{slug}",)


def test_a_named_product_goes_before_the_one_of_the_conversation(answerer: Answerer) -> None:
    assert ask(answerer, "how heavy is the falcon book 14", BUDS).product_id == "product:falcon-book-14"


def test_a_question_about_the_shop_is_no_follow_up(answerer: Answerer) -> None:
    assert ask(answerer, "when are your stores open", BUDS).source_ids == ("faq:opening-hours",)


def test_an_unknown_product_of_the_conversation_is_ignored(answerer: Answerer) -> None:
    assert answerer.answer(Question("what does it cost", "product:gone")) is None


def test_says_that_the_catalogue_does_not_say(answerer: Answerer) -> None:
    answer = ask(answerer, "is the falcon book 14 waterproof")
    assert answer.text.startswith(
        "The catalogue does not say anything about the water resistance of the Falcon Book 14. I can tell you its "
    )
    assert answer.source_ids == ()


def test_tells_about_a_product(answerer: Answerer) -> None:
    answer = ask(answerer, "tell me about the robin vacuum")
    assert answer.text == "Robin Vacuum: A robot that maps your rooms and empties itself. The price is $379."
    assert answer.source_ids == ("product:robin-vacuum", "product:robin-vacuum#price")


def test_compares_two_products(answerer: Answerer) -> None:
    answer = ask(answerer, "which is lighter, the falcon book 14 or the falcon book 16")
    assert answer.text == (
        "That is the Falcon Book 14. The weight of the Falcon Book 14 is 1.25 kilograms. "
        "The weight of the Falcon Book 16 is 1,880 grams."
    )
    assert answer.source_ids == ("product:falcon-book-14#weight", "product:falcon-book-16#weight")
    assert answer.product_id is None


def test_tells_how_two_products_differ(answerer: Answerer) -> None:
    text = (
        "This is how the Pulse Buds 2 and the Pulse Buds Pro differ. Price: $79.99, against $149.50. "
        "Battery life: 8 hours, 30 hours with the case, against 6 hours. "
        "Weight: 5 grams per bud, against 6 grams per bud."
    )
    answer = ask(answerer, "compare the pulse buds 2 with the pulse buds pro")
    assert answer.text == text
    assert answer.source_ids[:2] == (f"{BUDS}#price", "product:pulse-buds-pro#price")
    assert ask(answerer, "what is the difference to the pulse buds pro", BUDS).text == text


def test_products_with_little_in_common_are_told_one_by_one(answerer: Answerer) -> None:
    answer = ask(answerer, "compare the robin vacuum with the falcon book 16")
    assert answer.source_ids == ("product:robin-vacuum", "product:falcon-book-16")


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("and the falcon book 16", "product:falcon-book-16#weight"),
        ("same for the pulse buds pro please", "product:pulse-buds-pro#weight"),
        ("ok what about the falcon book 16?", "product:falcon-book-16#weight"),
        ("and what does the falcon book 16 cost", "product:falcon-book-16#price"),
        ("tell me about the falcon book 16", "product:falcon-book-16"),
    ],
)
def test_a_question_that_only_goes_on_asks_the_same_of_another(answerer: Answerer, question: str, source: str) -> None:
    answer = answerer.answer(Question(question, BUDS, "weight"))
    assert answer is not None
    assert answer.source_ids[0] == source


def test_what_goes_on_about_the_fact_told_last_is_told_again(answerer: Answerer) -> None:
    answer = answerer.answer(Question("and with the case?", BUDS, "battery-life"))
    assert answer is not None
    assert (answer.source_ids, answer.told) == ((f"{BUDS}#battery-life",), "battery-life")
    assert answerer.answer(Question("and with the case?", BUDS)) is None


def test_the_same_of_a_product_that_lacks_it_is_not_known(answerer: Answerer) -> None:
    answer = answerer.answer(Question("and the robin vacuum?", BUDS, "battery-life"))
    assert answer is not None
    assert answer.text == "The catalogue does not say anything about the battery life of the Robin Vacuum."


def test_a_comparison_says_what_is_unknown(answerer: Answerer) -> None:
    answer = ask(answerer, "compare the ports of the falcon book 14 and the falcon book 16")
    assert "two USB C" in answer.text
    assert "does not say anything about the ports of the Falcon Book 16" in answer.text
    assert answer.source_ids == ("product:falcon-book-14#ports",)


def test_an_ambiguous_name_is_answered_for_both(answerer: Answerer) -> None:
    answer = ask(answerer, "how much is the falcon book")
    assert set(answer.source_ids) == {"product:falcon-book-14#price", "product:falcon-book-16#price"}


def test_lists_products(answerer: Answerer) -> None:
    answer = ask(answerer, "do you have any laptops under 1350 dollars")
    assert answer.text == "We have the Falcon Book 14 at $1,299."
    assert (answer.source_ids, answer.product_name) == (("product:falcon-book-14",), "Falcon Book 14")
    both = ask(answerer, "show me laptops")
    assert set(both.source_ids) == {"product:falcon-book-14", "product:falcon-book-16"}
    assert "$1,299" in both.text
    assert "$1,399" in both.text


def test_says_when_a_listed_product_is_sold_out(answerer: Answerer) -> None:
    assert "the Pulse Buds Pro, out of stock now, at $149.50" in ask(answerer, "do you have any earbuds").text


@pytest.mark.parametrize(
    ("question", "about", "text"),
    [
        ("is the falcon book 14 cheaper than the falcon book 16", None, "Yes, that is the Falcon Book 14."),
        ("is the falcon book 14 heavier than the falcon book 16", None, "No, that is the Falcon Book 16."),
        ("is it lighter than the falcon book 16", "falcon-book-14", "Yes, that is the Falcon Book 14."),
    ],
)
def test_says_yes_or_no_where_that_is_asked(answerer: Answerer, question: str, about: str | None, text: str) -> None:
    assert ask(answerer, question, about).text.startswith(text)


def test_a_product_that_we_have_under_another_number_is_none_of_ours(answerer: Answerer) -> None:
    answer = ask(answerer, "how much is the falcon book 18")
    assert (answer.text, answer.source_ids) == ("We have nothing like that.", ())


def test_tells_both_sides_of_the_reviews(answerer: Answerer) -> None:
    praise, complaint = ask(answerer, "pros and cons of the pulse buds 2").source_ids
    assert praise in {"review:r1", "review:r3"}
    assert complaint == "review:r2"
    assert ask(answerer, "any complaints about the pulse buds 2").source_ids == ("review:r2",)


def test_says_when_no_review_speaks_of_it(answerer: Answerer) -> None:
    answer = ask(answerer, "what do people say about the microphone of the pulse buds 2")
    assert answer.text.startswith("No review of the Pulse Buds 2 says anything about that.")
    assert answer.source_ids == ()


def test_says_when_nothing_fits(answerer: Answerer) -> None:
    answer = ask(answerer, "red laptops from lark")
    assert (answer.text, answer.source_ids) == ("We have nothing like that.", ())


def test_where_nothing_is_within_the_price_the_nearest_is_named(answerer: Answerer) -> None:
    answer = ask(answerer, "laptops under 100 dollars")
    assert answer.text == "We have nothing like that. The nearest is the Falcon Book 14 at $1,299."
    assert answer.source_ids == ("product:falcon-book-14",)
    assert ask(answerer, "laptops over 5000 dollars").source_ids == ("product:falcon-book-16",)


def test_things_are_listed_for_a_search_alone(answerer: Answerer) -> None:
    assert answerer.answer(Question("i had my laptop in the rain")) is None


def test_the_first_by_a_property(answerer: Answerer) -> None:
    answer = ask(answerer, "what is your cheapest laptop")
    assert answer.text == "That is the Falcon Book 14. The price of the Falcon Book 14 is $1,299."


def test_quotes_an_entry_and_at_most_two_sentences_of_a_policy(answerer: Answerer) -> None:
    assert ask(answerer, "can I send something back").text == "You have 30 days. The product may be opened."
    policy = ask(answerer, "does standard delivery take three days")
    assert policy.source_ids == ("policy:shipping#standard-delivery",)
    assert policy.text.startswith("Standard delivery takes three days.")
    assert policy.text.count(".") == 2


def test_counts_reviews_and_quotes_those_about_what_was_asked(answerer: Answerer) -> None:
    answer = ask(answerer, "what do people say about the battery of the pulse buds 2")
    assert answer.text == (
        "Of 3 reviews of the Pulse Buds 2, one speaks of that: one with praise. One says: “The battery lasts all day.”"
    )
    assert answer.source_ids == ("review:r1",)
    assert ask(answerer, "reviews of the falcon book 14").text.startswith(
        "The one review of the Falcon Book 14 gives one star."
    )
    assert "no reviews of the Robin Vacuum" in ask(answerer, "is the robin vacuum any good").text


def test_a_question_about_the_shop_may_name_a_product(answerer: Answerer) -> None:
    assert ask(answerer, "can I send the pulse buds 2 back").source_ids == ("faq:return-period",)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "which colours does the robin vacuum come in",
            "The catalogue does not say anything about the colours of the Robin Vacuum.",
        ),
        ("what does the pulse buds 2 work with", "The catalogue does not say what the Pulse Buds 2 work with."),
        ("what does the robin vacuum work with", "The catalogue does not say what the Robin Vacuum works with."),
    ],
)
def test_what_the_record_lacks_is_named(answerer: Answerer, question: str, text: str) -> None:
    assert ask(answerer, question).text.startswith(text)


def test_the_same_refusal_is_not_said_twice_in_a_row(answerer: Answerer) -> None:
    text, said = "is the falcon book 14 waterproof", ""
    replies = []
    for _ in range(3):
        answer = answerer.answer(Question(text, last_reply=said))
        assert answer
        assert answer.source_ids == ()
        said = answer.text
        replies.append(said)
    assert replies[1] == (
        "That is not in what I have about the Falcon Book 14, sorry. What I know is its price, stock, weight and ports."
    )
    assert replies[2] == replies[0]


def test_that_nothing_fits_is_followed_by_what_there_is(answerer: Answerer) -> None:
    answer = answerer.answer(Question("red laptops from lark", last_reply="We have nothing like that."))
    assert answer
    assert answer.text.startswith("I find nothing like that either. We have ")
    assert "earbuds" in answer.text


def test_a_fact_may_be_told_twice(answerer: Answerer) -> None:
    said = ask(answerer, "how heavy is the falcon book 14").text
    again = answerer.answer(Question("how heavy is the falcon book 14", last_reply=said))
    assert again
    assert again.text == said


def test_asking_whether_we_have_it_is_about_stock(answerer: Answerer) -> None:
    assert ask(answerer, "how many pulse buds 2 are left").source_ids == (f"{BUDS}#stock",)


def test_the_cheapest_of_many_is_not_asked_of_the_product_in_the_conversation(answerer: Answerer) -> None:
    assert answerer.answer(Question("how much is your cheapest car", BUDS)) is None


@pytest.mark.parametrize("question", ["what is the capital of France", "can you book a flight", "", "?!", "um"])
@pytest.mark.parametrize("product_id", [None, BUDS])
def test_knows_nothing_of_other_things(answerer: Answerer, question: str, product_id: str | None) -> None:
    assert answerer.answer(Question(question, product_id)) is None


@pytest.mark.parametrize(
    ("question", "times"),
    [("how much are the pulse buds 2", 2), ("show me laptops", 1), ("is the robin vacuum any good", 2), ("hm", 1)],
)
def test_a_question_is_embedded_once_and_once_more_without_the_names(
    answerer: Answerer, embedder: WordHashEmbedder, question: str, times: int
) -> None:
    before = embedder.embedded
    answerer.answer(Question(question, BUDS))
    assert embedder.embedded == before + times


@given(text=st.text(st.characters(), max_size=80), about=st.sampled_from([None, BUDS]))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_it(answerer: Answerer, text: str, about: str | None) -> None:
    answer = answerer.answer(Question(text, about))
    assert answer is None or answer.text


VOCABULARY = """how much is the pulse buds 2 falcon book 14 16 pro it battery weight lighter cheapest reviews laptops
under 100 or and open return what people say robin colours"""
WORDS = st.sampled_from(VOCABULARY.split())


@given(words=st.lists(WORDS, max_size=12), about=st.sampled_from([None, BUDS]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_answer_is_short_sure_and_cites_what_exists(
    answerer: Answerer, retriever: HybridRetriever, words: list[str], about: str | None
) -> None:
    answer = answerer.answer(Question(" ".join(words), about))
    if answer is None:
        return
    assert 0 <= answer.confidence <= 1
    assert answer.text[-1] in ".!?”"
    assert len(re.findall(r"[.!?](?:\s|$|”)", answer.text)) <= 5
    assert set(retriever.catalogue.positions_of(answer.source_ids)) == set(answer.source_ids)


def test_many_threads_get_the_same_answers(answerer: Answerer) -> None:
    questions = [
        Question("how much are the pulse buds 2"),
        Question("and the weight", BUDS),
        Question("show me laptops"),
    ] * 20
    alone = [answerer.answer(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(answerer.answer, questions)) == alone


def test_a_property_of_it_is_no_search(answerer: Answerer) -> None:
    assert ask(answerer, "how heavy is this laptop", "falcon-book-16").product_id == "product:falcon-book-16"


@pytest.mark.parametrize(
    ("question", "slugs"),
    [
        ("the price, battery life and weight of the pulse buds 2", ["price", "battery-life", "weight"]),
        ("Can I have the price and the weight please?", ["price", "weight"]),
    ],
)
def test_all_that_a_question_lists_is_told(answerer: Answerer, question: str, slugs: list[str]) -> None:
    answer = ask(answerer, question, "pulse-buds-2")
    assert {f"{BUDS}#{slug}" for slug in slugs} == set(answer.source_ids)


def test_the_thing_of_the_conversation_may_be_called_by_its_kind(answerer: Answerer) -> None:
    assert ask(answerer, "What is the price of the product?", "pulse-buds-2").source_ids == (f"{BUDS}#price",)


def test_this_and_its_kind_is_what_is_spoken_of(answerer: Answerer) -> None:
    said = answerer.answer(Question("what is the weight of this laptop", "product:falcon-book-14"))
    assert said
    assert said.source_ids == ("product:falcon-book-14#weight",)
