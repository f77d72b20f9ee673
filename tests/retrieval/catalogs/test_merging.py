"""One product of two, with what they disagree about."""

from retrieval.catalogs.matching import Match
from retrieval.catalogs.merging import Catalog, joined, merge
from retrieval.document import Document, Fact

LAMP = Document(
    "product:1",
    "product",
    "Oak Lamp",
    "Warm light.",
    facts=(Fact("price", "price", "$20", 20), Fact("weight", "weight", "2 kilograms")),
    brand="Oak",
)
OTHER_LAMP = Document(
    "product:9",
    "product",
    "Desk lamp by Oak",
    "",
    aliases=("OAK LAMP", "Oaky"),
    facts=(
        Fact("price", "price", "$25", 25),
        Fact("weight", "weight", "2 Kilograms"),
        Fact("cord", "cord", "2 metres"),
    ),
    brand="Oak Ltd",
    category="Home > Lamps",
)
FLASK = Document("product:2", "product", "Flask", "Keeps warm.")
OTHER_FLASK = Document("product:1", "product", "Flask", "Keeps cold.")


def review(name: str, about: str) -> Document:
    return Document(f"review:{name}", "review", "", "Good.", about=about, rating=5)


def test_what_agrees_is_said_once_and_what_differs_keeps_its_source() -> None:
    lamp = joined(LAMP, OTHER_LAMP, "Buy.com")
    assert (lamp.id, lamp.title, lamp.text, lamp.brand, lamp.category) == (
        "product:1", "Oak Lamp", "Warm light.", "Oak", "Home > Lamps"
    )  # fmt: skip
    assert lamp.aliases == ("Desk lamp by Oak", "Oaky")
    assert [(fact.slug, fact.text) for fact in lamp.facts] == [
        ("price", "$20"),
        ("weight", "2 kilograms"),
        ("price-at-buy-com", "$25"),
        ("cord", "2 metres"),
        ("brand-at-buy-com", "Oak Ltd"),
    ]


def test_a_second_description_is_kept_beside_the_first() -> None:
    flask = joined(FLASK, OTHER_FLASK, "buy")
    assert (flask.text, flask.fact("description-at-buy")) == (
        "Keeps warm.",
        Fact("description-at-buy", "description at buy", "Keeps cold."),
    )


def test_everything_of_both_stays_and_reviews_follow_their_product() -> None:
    left = Catalog("abt", [LAMP, FLASK, review("a", "product:2")])
    right = Catalog("buy", [OTHER_FLASK, OTHER_LAMP, review("a", "product:1"), review("b", "product:9")])
    merged = {document.id: document for document in merge(left, right, [Match("product:1", "product:9", 1.0)])}
    assert list(merged) == ["product:1", "product:2", "review:a", "product:buy-1", "review:buy-a", "review:b"]
    assert merged["product:1"].fact("cord")
    assert [merged[name].about for name in ("review:a", "review:buy-a", "review:b")] == [
        "product:2", "product:buy-1", "product:1"
    ]  # fmt: skip


def test_products_that_matches_join_in_a_chain_are_one() -> None:
    ours = [Document(f"product:a{n}", "product", f"A{n}", "") for n in range(3)]
    theirs = [Document(f"product:b{n}", "product", f"B{n}", "") for n in range(3)]
    chain = [("a1", "b1"), ("a0", "b0"), ("a1", "b0"), ("a2", "b2")]
    matches = [Match(f"product:{one}", f"product:{other}", 1.0) for one, other in chain]
    merged = list(merge(Catalog("a", ours), Catalog("b", [*theirs, review("r", "product:b1")]), matches))
    assert [(document.id, document.aliases) for document in merged[:2]] == [
        ("product:a0", ("A1", "B0", "B1")),
        ("product:a2", ("B2",)),
    ]
    assert (merged[2].id, merged[2].about) == ("review:r", "product:a0")


def test_without_matches_nothing_is_joined() -> None:
    left, right = Catalog("a", [LAMP]), Catalog("b", [OTHER_LAMP])
    assert list(merge(left, right, [])) == [LAMP, OTHER_LAMP]
