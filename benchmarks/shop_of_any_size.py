"""Makes a catalogue of any size out of real text, seeded, with the vectors that go with it.

Half-titles, brands, categories, sentences of reviews, answers and descriptions come from the lists in ../shared/bench
and are put together anew, commoner pieces more often, so that words follow the distribution they have in shops. Every
piece is embedded by MiniLM once. A passage's vector is the normalised mean of the vectors of its pieces and of a little
seeded noise: an approximation, for embedding a million passages takes hours on two cores.
"""

import ast
import csv
import gzip
import random
import re
import xml.etree.ElementTree as xml
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from retrieval.document import PRODUCT, REVIEW, Document, Fact
from retrieval.embedder import Embedder, Vectors
from retrieval.language.money import format_price
from retrieval.language.wording import sentences

FOLDER = Path(__file__).parents[2] / "shared" / "bench" / "retrieval"
PARTS = "\n"  # between the pieces of a text
NOISE = 0.15  # length of the noise beside a vector of length 1
MOST_SENTENCES, MOST_TITLES, MOST_CATEGORIES = 12_000, 5_000, 300
BRANDS_OF_CATEGORY = 6
PASSAGES_OF_PRODUCT = 4  # summary, price, stock, colour
REVIEWS_OF_PRODUCT = 6
COLOURS = ("black", "white", "silver", "red", "blue", "green", "grey", "brown", "pink", "gold")


class Pieces:
    """The real text that catalogues are made of; the same on every run."""

    def __init__(self) -> None:
        products = [*_shop_products(), *_flipkart_products()]
        self.heads = _kept({" ".join(title.split()[:half]) for title, half in _halved(products)}, MOST_TITLES)
        self.tails = _kept({" ".join(title.split()[half:]) for title, half in _halved(products)}, MOST_TITLES)
        self.brands = _kept({brand for _, brand, _ in products if brand}, MOST_CATEGORIES)
        self.categories = _kept({category for _, _, category in products if category}, MOST_CATEGORIES)
        prose = {sentence for text in _prose() for sentence in sentences(text) if 20 < len(sentence) < 300}
        self.sentences = _kept(prose, MOST_SENTENCES)
        self.questions = list(dict.fromkeys(_questions()))

    def of_text(self) -> list[str]:
        """What vectors are made of, but for the pieces that hold numbers."""
        return [*self.heads, *self.tails, *self.sentences]


def make(pieces: Pieces, passages: int, seed: int = 0) -> Iterator[Document]:
    """Products, each followed by its reviews, until there are so many passages."""
    picker = random.Random(seed)
    made = number = 0
    while made < passages:
        product = _product(pieces, picker, number)
        yield product
        made += PASSAGES_OF_PRODUCT
        for _ in range(min(picker.randint(0, 2 * REVIEWS_OF_PRODUCT), passages - made)):
            yield _review(pieces, picker, product.id, made)
            made += 1
        number += 1


def _product(pieces: Pieces, picker: random.Random, number: int) -> Document:
    price, stock = int(10 ** picker.uniform(0.5, 3.2)) + 0.99, max(picker.randint(-5, 40), 0)
    category = int(len(pieces.categories) * picker.random() ** 1.5)
    brand = (category * BRANDS_OF_CATEGORY + int(BRANDS_OF_CATEGORY * picker.random() ** 2)) % len(pieces.brands)
    facts = (
        Fact("price", "price", format_price(price, "USD"), price),
        Fact("stock", "stock", f"{stock} in stock" if stock else "out of stock", float(stock)),
        Fact("colour", "colour", _common(picker, COLOURS)),
    )
    return Document(
        f"{PRODUCT}:p{number}",
        PRODUCT,
        f"{_common(picker, pieces.heads)}{PARTS}{_common(picker, pieces.tails)}{PARTS}",
        PARTS + PARTS.join(_common(picker, pieces.sentences) for _ in range(picker.randint(1, 3))),
        facts=facts,
        brand=pieces.brands[brand],
        category=pieces.categories[category],
    )


def _review(pieces: Pieces, picker: random.Random, about: str, number: int) -> Document:
    text = PARTS.join(_common(picker, pieces.sentences) for _ in range(picker.randint(1, 3)))
    return Document(f"{REVIEW}:r{number}", REVIEW, "", text, about=about, rating=picker.randint(1, 5))


def _common(picker: random.Random, of: Sequence[str]) -> str:
    """One of several pieces; the first are met more often than the last."""
    return of[int(len(of) * picker.random() ** 1.5)]


class ComposedEmbedder:
    """Gives a made text the mean of the vectors of its pieces; a piece that is not known yet is embedded."""

    def __init__(self, embedder: Embedder, known: dict[str, Vectors]) -> None:
        self.identity, self.dimension = f"pieces of {embedder.identity}", embedder.dimension
        self._embedder, self._known = embedder, known

    def knows(self, word: str) -> bool:
        return self._embedder.knows(word)

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.learn(texts)
        split = [[piece for piece in map(_bare, text.split(PARTS)) if piece] for text in texts]
        vectors: Vectors = np.stack([np.mean([self._known[piece] for piece in pieces], axis=0) for pieces in split])
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        for row, text in enumerate(texts):
            noise = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(self.dimension, np.float32)
            vectors[row] += NOISE / self.dimension**0.5 * noise
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors.astype(np.float32)

    def learn(self, texts: Iterable[str]) -> None:
        """Embed the pieces of texts that are not known yet."""
        pieces = {_bare(piece) for text in texts for piece in text.split(PARTS)} - {""}
        if unknown := sorted(pieces - self._known.keys()):
            self._known.update(zip(unknown, self._embedder.embed(unknown), strict=True))


def embedded(pieces: Pieces, embedder: Embedder, cache: Path) -> dict[str, Vectors]:
    """The vectors of all pieces, from a file when they are there."""
    texts = sorted({_bare(piece) for piece in pieces.of_text()} - {""}, key=lambda text: (len(text), text))
    path = cache / f"pieces-{zlib.crc32(chr(0).join([embedder.identity, *texts]).encode()):08x}.npy"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, np.vstack([embedder.embed(texts[at : at + 256]) for at in range(0, len(texts), 256)]))
    return dict(zip(texts, np.load(path), strict=True))


def _bare(piece: str) -> str:
    return piece.strip(" ,.:")


def _halved(products: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, int]]:
    for title, _, _ in products:
        if words := len(title.split()):
            yield title, (words + 1) // 2


def _kept(texts: set[str], most: int) -> list[str]:
    """At most so many of the texts, in an order of their own that is always the same."""
    return sorted(texts, key=lambda text: (zlib.crc32(text.encode()), text))[:most]


def _rows(name: str, delimiter: str = ",") -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", errors="replace", newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def _shop_products() -> Iterator[tuple[str, str, str]]:
    """Title, brand and (no) category of the products of four shops."""
    for name in ("Abt", "Buy", "AmazonProducts", "GoogleProducts"):
        for row in _rows(f"er_abt_buy_amazon_google/{name}.csv"):
            yield (row.get("name") or row.get("title") or "").split(" - ")[0], row.get("manufacturer") or "", ""


def _flipkart_products() -> Iterator[tuple[str, str, str]]:
    with (FOLDER / "flipkart_sample" / "flipkart_com-ecommerce_sample.csv").open(encoding="utf-8") as file:
        for _, title, tree in csv.reader(file):
            path = re.split(r"\s*>>\s*", tree.strip('[]"'))
            yield title, "", " > ".join(path[:-1][:3])


def _prose() -> Iterator[str]:
    for row in _rows("reviews/musical_instruments/Musical_instruments_reviews.csv"):
        yield row["reviewText"]
    for row in _rows("reviews/amazon_alexa/amazon_alexa.tsv", delimiter="\t"):
        yield row["verified_reviews"]
    for name in ("Laptops_Train", "Restaurants_Train"):
        for text in xml.parse(FOLDER / "reviews" / "semeval2014_absa" / f"{name}.xml").iter("text"):
            yield text.text or ""
    for answer in _appliances():
        yield answer["answer"]
    for name in ("Abt", "Buy", "AmazonProducts", "GoogleProducts"):
        for row in _rows(f"er_abt_buy_amazon_google/{name}.csv"):
            yield row.get("description") or ""


def _appliances() -> Iterator[dict[str, str]]:
    with gzip.open(FOLDER / "amazon_qa_appliances" / "qa_Appliances.json.gz", "rt", encoding="utf-8") as file:
        yield from map(ast.literal_eval, file)


def _questions() -> Iterator[str]:
    """Real questions of shoppers, and titles as people type them into a search box."""
    for at, row in enumerate(_appliances()):
        if at % 20 == 0:
            yield row["question"][:200]
    for at, (title, _, _) in enumerate(_shop_products()):
        if at % 20 == 0:
            yield title
