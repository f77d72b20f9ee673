"""Answers about products that are known by name."""

from dataclasses import replace

import pytest

from retrieval.answering.product_answers import ProductAnswers, source_of, wanted_of
from retrieval.document import Document, Fact
from retrieval.options import AnswerOptions
from retrieval.properties.facts import ChosenFact
from retrieval.question import Answer
from retrieval.questions.question_reading import QuestionReader
from retrieval.search.retriever import HybridRetriever

OPTIONS = AnswerOptions()
BUDS, PRO, BOOK = "product:pulse-buds-2", "product:pulse-buds-pro", "product:falcon-book-14"
ABOUT = "Falcon Book 14: A light laptop with a quiet fan."


@pytest.fixture
def speak(retriever: HybridRetriever, reader: QuestionReader) -> ProductAnswers:
    return ProductAnswers(retriever, reader, OPTIONS)


@pytest.fixture
def shop(retriever: HybridRetriever) -> dict[str, Document]:
    return {document.id: document for document in retriever.catalogue.documents("product")}


def test_a_fact_counts_only_when_it_is_likely_enough(
    retriever: HybridRetriever, reader: QuestionReader, shop: dict[str, Document]
) -> None:
    asked = reader.read("how heavy is the pulse buds 2")
    likeliest = ProductAnswers(retriever, reader, OPTIONS).likeliest_fact(asked, shop[BUDS])
    assert likeliest
    assert likeliest.what == "weight"
    for least, chosen in ((likeliest.score, likeliest), (likeliest.score + 0.01, None)):
        strict = ProductAnswers(retriever, reader, replace(OPTIONS, min_fact_score=least))
        assert strict.fact(asked, shop[BUDS]) == chosen


def test_states_a_fact_and_cites_it(speak: ProductAnswers, shop: dict[str, Document]) -> None:
    weight = shop[BUDS].fact("weight")
    text = "The weight of the Pulse Buds 2 is 5 grams per bud."
    said = speak.state(shop[BUDS], ChosenFact(weight, "weight", 0.9))
    assert said == Answer(text, (f"{BUDS}#weight",), BUDS, "Pulse Buds 2", 0.9)
    assert replace(speak.property(shop[BUDS], "weight"), confidence=0.9) == said


def test_a_fact_that_is_not_there_is_named_without_a_source(speak: ProductAnswers, shop: dict[str, Document]) -> None:
    text = "The catalogue does not say anything about the battery life of the Falcon Book 14."
    for said in (
        speak.state(shop[BOOK], ChosenFact(None, "battery life", 0.9)),
        speak.property(shop[BOOK], "battery-life"),
    ):
        assert said == Answer(text, (), BOOK, "Falcon Book 14", 0.5)


def test_what_a_product_is_comes_from_its_text_and_price(speak: ProductAnswers, shop: dict[str, Document]) -> None:
    said = speak.state(shop[BOOK], ChosenFact(None, "description", 0.9))
    assert said == speak.summary(shop[BOOK])
    assert said.text == f"{ABOUT} The price is $1,299."
    assert said.source_ids == (BOOK, f"{BOOK}#price")


def test_a_price_that_is_not_there_is_not_cited(speak: ProductAnswers) -> None:
    said = speak.summary(Document("product:gift", "product", "Gift", "It is free."))
    assert (said.text, said.source_ids) == ("Gift: It is free.", ("product:gift",))


@pytest.mark.parametrize(
    ("question", "text", "sources"),
    [
        ("tell me more about the falcon book 14", f"{ABOUT} The price is $1,299.", (BOOK, f"{BOOK}#price")),
        ("is the fan of the falcon book 14 noisy", ABOUT, (BOOK,)),
        (
            "does the falcon book 14 sing",
            "The catalogue does not say that about the Falcon Book 14. I can tell you its ports and price.",
            (),
        ),
    ],
)
def test_when_no_fact_is_asked_for_the_text_speaks_if_it_has_a_word_of_it(
    speak: ProductAnswers,
    reader: QuestionReader,
    shop: dict[str, Document],
    question: str,
    text: str,
    sources: tuple[str, ...],
) -> None:
    said = speak.without_fact(reader.read(question), shop[BOOK])
    assert (said.text, said.source_ids) == (text, sources)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("which is cheaper", "That is the Pulse Buds 2. The"),
        ("is it cheaper", "Yes, that is the Pulse Buds 2. The"),
        ("is it more expensive", "The price"),
        ("is this or that cheaper", "That is the Pulse Buds 2. The"),
    ],
)
def test_a_comparison_begins_with_what_comes_first(
    speak: ProductAnswers, reader: QuestionReader, shop: dict[str, Document], question: str, verdict: str
) -> None:
    said = speak.compare(reader.read(f"{question} price"), [shop[BUDS], shop[PRO]])
    assert said.text.startswith(verdict)
    assert said.text.endswith("price of the Pulse Buds 2 is $79.99. The price of the Pulse Buds Pro is $149.50.")
    assert said.source_ids == (f"{BUDS}#price", f"{PRO}#price")


def test_products_that_are_even_in_it_are_said_to_be(
    speak: ProductAnswers, reader: QuestionReader, shop: dict[str, Document]
) -> None:
    twin = replace(shop[BUDS], id="product:twin", title="Twin")
    assert speak.compare(reader.read("which is cheaper"), [shop[BUDS], twin]).text.startswith(
        "They are the same in that. "
    )


def test_amounts_that_do_not_compare_have_no_verdict(
    speak: ProductAnswers, reader: QuestionReader, shop: dict[str, Document]
) -> None:
    drop = Document("product:drop", "product", "Drop", "", facts=(Fact("weight", "weight", "3 litres"),))
    assert speak.compare(reader.read("which is heavier"), [shop[BUDS], drop]).text == (
        "The weight of the Pulse Buds 2 is 5 grams per bud. The weight of the Drop is 3 litres."
    )


def test_of_many_differences_the_first_are_the_price_and_what_one_lacks(
    retriever: HybridRetriever, reader: QuestionReader
) -> None:
    def lamp(name: str, *texts: str) -> Document:
        labels = ("size", "cord", "dimmer", "price", "stock")
        facts = tuple(Fact(label, label, text) for label, text in zip(labels, texts, strict=True))
        return Document(f"product:{name}", "product", name, "Shines.", facts=facts)

    first, second = lamp("Ash", "M", "1 metre", "none", "$5", "1"), lamp("Oak", "L", "2 metres", "yes", "$6", "2")
    speak = ProductAnswers(retriever, reader, replace(OPTIONS, max_differences=3))
    said = speak.compare(reader.read("what is different"), [first, second])
    assert said.text == (
        "This is how the Ash and the Oak differ. Price: $5, against $6. Dimmer: none, against yes. Size: M, against L."
    )
    assert said.source_ids == tuple(
        f"product:{name}#{slug}" for slug in ("price", "dimmer", "size") for name in ("Ash", "Oak")
    )


def test_products_that_hardly_differ_are_told_one_by_one(
    speak: ProductAnswers, reader: QuestionReader, shop: dict[str, Document]
) -> None:
    said = speak.compare(reader.read("what is different"), [shop[BUDS], shop[BUDS]])
    assert said.source_ids == (BUDS, BUDS)
    assert said.text.count("Pulse Buds 2: Small wireless earbuds") == 2


def test_opinions_are_counted_and_quoted_from_both_sides(
    retriever: HybridRetriever, reader: QuestionReader, shop: dict[str, Document]
) -> None:
    asked = reader.read("what do people say of the pulse buds 2")
    for limit, quoted in ((1, 1), (2, 2), (9, 3)):
        speak = ProductAnswers(retriever, reader, replace(OPTIONS, max_quoted_reviews=limit))
        said = speak.opinions(asked, shop[BUDS])
        assert said.text.startswith("Of 3 reviews of the Pulse Buds 2, two give five stars and one gives two.")
        assert len(said.source_ids) == said.text.count("says: “") == quoted
        assert set(said.source_ids) <= {"review:r1", "review:r2", "review:r3"}


def test_an_aspect_is_found_in_the_sentences_that_are_near_to_it(
    speak: ProductAnswers, reader: QuestionReader, shop: dict[str, Document]
) -> None:
    said = speak.opinions(reader.read("what do people say of the battery life of the pulse buds 2"), shop[BUDS])
    assert said.source_ids == ("review:r1",)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("does the case of the pulse buds 2 scratch", "One review of the Pulse Buds 2 says: “The case scratches.”"),
        ("how does the case of the pulse buds 2 scratch", None),  # a review says whether, and not how
        ("does the pulse buds 2 have a warm sound", "Pulse Buds 2: Small wireless earbuds with a warm sound."),
        ("does the pulse buds 2 juggle", None),
    ],
)
def test_a_sentence_answers_where_no_property_does(
    speak: ProductAnswers, reader: QuestionReader, shop: dict[str, Document], question: str, text: str | None
) -> None:
    said = speak.said(reader.read(question), shop[BUDS], None)
    assert (said and said.text) == text


def test_what_the_record_lacks_is_told_before_a_review_is_quoted(
    speak: ProductAnswers, reader: QuestionReader, shop: dict[str, Document]
) -> None:
    chosen = ChosenFact(None, "coating", 0.8)
    said = speak.said(reader.read("does the case of the pulse buds 2 scratch"), shop[BUDS], chosen)
    assert said
    assert said.text.startswith("The catalogue does not say anything about the coating of the Pulse Buds 2. One review")
    assert said.source_ids == ("review:r2",)


def test_a_fact_that_is_surely_meant_is_not_replaced_by_a_sentence(
    speak: ProductAnswers, reader: QuestionReader, shop: dict[str, Document]
) -> None:
    weight = ChosenFact(shop[BUDS].fact("weight"), "weight", 0.9)
    assert speak.said(reader.read("does the case of the pulse buds 2 scratch"), shop[BUDS], weight) is None


SHIRT = Document(
    "product:shirt",
    "product",
    "Fjord Shirt",
    "",
    facts=(
        Fact("price", "price", "$39 to $42", 39.0),
        Fact("price-in-l", "price in L", "$42"),
        Fact("stock", "stock", "6 in stock", 6.0),
        Fact("stock-in-red-l", "stock in Red, L", "out of stock"),
        Fact("stock-in-blue-l", "stock in Blue, L", "6 in stock"),
        Fact("colour", "colour", "Red, Blue"),
    ),
)


@pytest.mark.parametrize(
    ("question", "slug", "text", "source"),
    [
        ("what does it cost in l", "price", "The price of the Fjord Shirt in L is $42.", "price-in-l"),
        ("is it there in red l", "stock", "No, the Fjord Shirt in Red, L is out of stock.", "stock-in-red-l"),
        ("do you have it in blue", "colour", "Yes, for the Fjord Shirt in Blue, L, we have 6", "stock-in-blue-l"),
        ("what does it cost", "price", "The price of the Fjord Shirt is $39 to $42.", "price"),
    ],
)
def test_a_variant_that_is_chosen_has_its_own_price_and_stock(
    speak: ProductAnswers, reader: QuestionReader, question: str, slug: str, text: str, source: str
) -> None:
    said = speak.state(SHIRT, ChosenFact(SHIRT.fact(slug), slug, 0.9), reader.read(question))
    assert said.text.startswith(text)
    assert said.source_ids == (f"product:shirt#{source}",)


def test_what_is_wanted_is_what_is_neither_general_nor_the_brand(reader: QuestionReader) -> None:
    product = Document("product:a", "product", "A", "", brand="Lark")
    assert wanted_of(reader.read("any good details about the Lark product"), product) == set()
    assert wanted_of(reader.read("does the Lark have sockets"), product) == {"socket"}


def test_the_brand_is_cited_as_the_product_itself() -> None:
    product = Document("product:a", "product", "A", "")
    assert source_of(product, Fact("", "brand", "Oak")) == "product:a"
    assert source_of(product, Fact("size", "size", "M")) == "product:a#size"


def test_a_sentence_that_asks_by_itself_is_surer_than_one_among_others(
    speak: ProductAnswers, reader: QuestionReader, shop: dict[str, Document]
) -> None:
    alone, among = reader.read("how heavy is it"), reader.read("lilac penguins juggle seven quinces, how heavy is it")
    assert speak.asks_more_surely(alone, among, shop[BUDS])
    assert not speak.asks_more_surely(alone, alone, shop[BUDS])
