"""What is known: products, FAQ entries, policies and reviews, all as documents made of facts."""

from dataclasses import dataclass

PRODUCT, FAQ, POLICY, REVIEW = "product", "faq", "policy", "review"
CONCEPT = "concept"  # how a property is asked for; helps to understand, is never found or quoted


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled statement of a document: a spec of a product, or a section of a policy.

    `number` is set for price (in the document's currency) and stock (pieces).
    """

    slug: str
    label: str
    text: str
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One product, FAQ entry, policy, review or concept.

    `id` is `kind:name`. `text` is the description, answer, opening or review text. `aliases` are other
    names of a product or other wordings of a question. `brand` and `category` are set for products,
    `about` (a product's id) for reviews and for
    FAQ entries that hold for one product only, `rating` (1 to 5) for reviews.
    """

    id: str
    kind: str
    title: str
    text: str
    aliases: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    brand: str = ""
    category: str = ""
    about: str = ""
    rating: int = 0

    def with_article(self) -> str:
        """The title as it stands within a sentence: with an article, unless it has one."""
        return self.title if self.title.lower().startswith("the ") else f"the {self.title}"

    def fact(self, slug: str) -> Fact | None:
        """The fact called `slug`, or None."""
        return next((fact for fact in self.facts if fact.slug == slug), None)
