"""What is asked, and what is answered."""

from dataclasses import dataclass

from retrieval.filtering import Filter


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks; `product_id` (`product:…` or its bare name) is what the conversation is about.

    `told` is the slug of the fact that was told last, which "and the Pulse Buds Pro?" asks for again. `said_before` is
    what was said of the products that are looked for: a search takes from it what `text` leaves open. `last_reply` is
    what was replied last, so that the same refusal is not said twice in a row.
    """

    text: str
    product_id: str | None = None
    told: str | None = None
    said_before: Filter | None = None
    last_reply: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say, and the ids of the passages it was taken from, in the order of the text; no ids when it
    says that nothing fits.

    `product_id` and `product_name` are set when the answer is about one product. `confidence` runs from 0
    to 1.
    """

    text: str
    source_ids: tuple[str, ...]
    product_id: str | None
    product_name: str | None
    confidence: float

    @property
    def told(self) -> str | None:
        """The slug of the last fact of a product that it tells; None when it tells none."""
        slugs = [source.partition("#")[2] for source in self.source_ids if source.startswith("product:")]
        return slugs[-1] or None if slugs else None
