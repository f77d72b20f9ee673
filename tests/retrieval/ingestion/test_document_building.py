"""Rows in our own fields to documents."""

import pytest

from retrieval.document import Document, Fact
from retrieval.errors import CorpusError
from retrieval.ingestion.document_building import FIELDS, MAX_SLUG, document_of
from retrieval.ingestion.rows.row import Row

PLACE = "shop.jsonl:7"
PRODUCT: dict[str, object] = {"id": "a", "name": "Lamp", "description": "Shines."}
REVIEW: dict[str, object] = {"id": "r", "product_id": "a", "rating": 3, "text": "Fine."}
FAQ: dict[str, object] = {"question": "Why?", "answer": "So."}
POLICY: dict[str, object] = {"title": "Terms", "text": "All."}
CONCEPT: dict[str, object] = {"name": "Weight", "questions": ["how heavy is it"]}


def built(fields: dict[str, object], kind: str = "") -> Document:
    return document_of(Row(fields, PLACE), kind)


def facts_of(**fields: object) -> list[Fact]:
    return list(built({**PRODUCT, **fields}).facts)


def test_a_product_with_all_its_fields() -> None:
    row = {
        **PRODUCT,
        "brand": "Oak",
        "category": "Home > Lamps",
        "price": 1299,
        "currency": "EUR",
        "stock": 3,
        "specs": {"Cord": "2 metres", "battery": False},
        "aliases": ["light"],
        "rating": 4.5,
        "rating_count": 1200,
    }
    assert built(row, "product") == Document(
        "product:a",
        "product",
        "Lamp",
        "Shines.",
        ("light",),
        (
            Fact("price", "price", "€1,299", 1299.0),
            Fact("stock", "stock", "3 in stock", 3.0),
            Fact("rating", "rating", "4.5 out of 5 by 1,200 customers"),
            Fact("cord", "Cord", "2 metres"),
            Fact("battery", "battery", "no"),
        ),
        "Oak",
        "Home > Lamps",
    )


@pytest.mark.parametrize(
    ("fields", "fact"),
    [
        ({"price": 0}, Fact("price", "price", "$0", 0.0)),
        ({"price": 2.5}, Fact("price", "price", "$2.50", 2.5)),
        ({"stock": 0, "availability": "in stock"}, Fact("stock", "stock", "out of stock", 0.0)),
        ({"availability": "out of stock"}, Fact("stock", "stock", "out of stock", 0.0)),
        ({"availability": "in stock"}, Fact("stock", "stock", "in stock")),
        ({"rating": 4}, Fact("rating", "rating", "4 out of 5")),
        ({"rating": 4.333, "rating_count": 1}, Fact("rating", "rating", "4.33 out of 5 by 1 customer")),
        ({"rating": 4, "rating_count": 0}, Fact("rating", "rating", "4 out of 5")),
    ],
)
def test_price_stock_and_rating_become_facts(fields: dict[str, object], fact: Fact) -> None:
    assert facts_of(**fields) == [fact]


def test_what_is_not_said_is_no_fact() -> None:
    assert facts_of(currency="EUR", rating_count=5, availability=" ", price=None) == []


def test_a_rating_may_be_a_spec_only_when_the_product_has_no_other() -> None:
    assert facts_of(specs={"Rating": "IP67"}) == [Fact("rating", "Rating", "IP67")]
    with pytest.raises(CorpusError, match="'Rating'"):
        facts_of(rating=4, specs={"Rating": "IP67"})


@pytest.mark.parametrize("label", ["Price", "STOCK", "???", "size"])
def test_a_spec_needs_a_name_of_its_own(label: str) -> None:
    with pytest.raises(CorpusError, match=rf"^{PLACE}: .*{label!r}".replace("?", r"\?")) as refused:
        facts_of(specs={"Size": "M", label: "x"})
    assert refused.value.reason == "spec without a name of its own"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        (PRODUCT, "product"),
        (FAQ, "faq"),
        (REVIEW, "review"),
        ({"id": "p", **POLICY}, "policy"),
        ({"title": "Terms", "sections": {"All": "x"}}, "policy"),
        ({"kind": "policy", **POLICY}, "policy"),
        ({"kind": "concept", **CONCEPT}, "concept"),
    ],
)
def test_a_row_without_a_kind_is_understood_by_its_fields(fields: dict[str, object], kind: str) -> None:
    assert built(fields).kind == kind


def test_the_kind_that_a_row_names_goes_before_that_of_its_file() -> None:
    assert built({"kind": "faq", **FAQ}, "product").kind == "faq"
    assert built({"kind": None, **FAQ}, "faq").kind == "faq"


@pytest.mark.parametrize(
    ("fields", "kind", "named"),
    [({"colour": "red"}, "", "colour|fields"), (CONCEPT, "", "fields"), ({"kind": "pet", **PRODUCT}, "faq", "pet")],
)
def test_a_row_of_no_known_kind_is_refused(fields: dict[str, object], kind: str, named: str) -> None:
    with pytest.raises(CorpusError, match=rf"^{PLACE}: .*(?:{named}).* product") as refused:
        built(fields, kind)
    assert refused.value.reason == "of no known kind"


@pytest.mark.parametrize("fields", [{}, {"kind": "product"}, {"id": "", "name": None, "aliases": [], "specs": {}}])
def test_an_empty_row_is_counted_as_such(fields: dict[str, object]) -> None:
    with pytest.raises(CorpusError, match=PLACE) as refused:
        built(fields, "product")
    assert refused.value.reason == "empty row"


def test_an_id_is_made_of_the_name_where_there_is_none() -> None:
    assert built({"name": "Café Lamp No. 2", "description": "x"}).id == "product:cafe-lamp-no-2"
    assert built(FAQ).id == "faq:why"
    assert built(POLICY, "policy").id == "policy:terms"
    long = built({"question": "a" * (MAX_SLUG - 1) + " b", "answer": "x"}).id
    assert long == "faq:" + "a" * (MAX_SLUG - 1)
    with pytest.raises(CorpusError, match="'灯'") as refused:
        built({"name": "灯", "description": "x"})
    assert refused.value.reason == "id is missing"


def test_a_review_is_about_a_product() -> None:
    review = Document("review:r", "review", "", "Fine.", about="product:a", rating=3)
    assert built(REVIEW, "review") == review
    assert built({**REVIEW, "rating": 3.0, "title": "So"}, "review").title == "So"
    assert [built({**REVIEW, "rating": stars}, "review").rating for stars in (1, 2, 4, 5)] == [1, 2, 4, 5]


@pytest.mark.parametrize("rating", [0, 6, 3.5, None])
def test_a_review_has_one_to_five_stars(rating: object) -> None:
    with pytest.raises(CorpusError, match=f"^{PLACE}: rating is {rating}"):
        built({**REVIEW, "rating": rating}, "review")


def test_an_answer_is_one_line_and_other_wordings_are_aliases() -> None:
    entry = built({**FAQ, "id": "why", "answer": "So\n  it is.", "alternatives": ["How come?"]})
    assert entry == Document("faq:why", "faq", "Why?", "So it is.", ("How come?",))


def test_the_sections_of_a_policy_are_its_facts() -> None:
    policy = built({"id": "t", "title": "Terms", "sections": {"How far": "x", "Costs": "y"}}, "policy")
    facts = (Fact("how-far", "How far", "x"), Fact("costs", "Costs", "y"))
    assert policy == Document("policy:t", "policy", "Terms", "", facts=facts)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": "Terms"}, "text is missing"),
        ({"title": "Terms", "sections": {"A b": "x", "a-b": "y"}}, "section name"),
        ({"title": "Terms", "sections": {"!": "x"}}, "section name"),
    ],
)
def test_a_policy_needs_a_text_and_sections_with_names(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(CorpusError, match=f"^{PLACE}: ") as refused:
        built(fields, "policy")
    assert refused.value.reason == reason


def test_a_concept_holds_its_labels_and_ranking_words_as_facts() -> None:
    fields = {**CONCEPT, "labels": ["weight", "mass"], "more": ["heavier"], "less": ["lighter"]}
    assert built(fields, "concept") == Document(
        "concept:weight",
        "concept",
        "Weight",
        "",
        ("how heavy is it",),
        (
            Fact("label-1", "label", "weight"),
            Fact("label-2", "label", "mass"),
            Fact("more-1", "more", "heavier"),
            Fact("less-1", "less", "lighter"),
        ),
    )


@pytest.mark.parametrize("fields", [{"name": "Weight"}, {"name": "???", "questions": ["x"]}])
def test_a_concept_without_name_or_question_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(CorpusError, match=f"^{PLACE}: ") as refused:
        built(fields, "concept")
    assert refused.value.reason == "concept without name or question"


@pytest.mark.parametrize("kind", FIELDS)
def test_a_field_that_its_kind_does_not_have_is_refused(kind: str) -> None:
    rows = {"product": PRODUCT, "faq": FAQ, "policy": POLICY, "review": REVIEW, "concept": CONCEPT}
    built(rows[kind], kind)
    with pytest.raises(CorpusError, match=rf"^{PLACE}: .*'colour'.*{FIELDS[kind][0]}"):
        built({**rows[kind], "colour": "red"}, kind)


def test_an_faq_entry_may_belong_to_a_product() -> None:
    assert (built({**FAQ, "product_id": "a"}).about, built(FAQ).about) == ("product:a", "")
