"""Whether a product is found by a misspelt name: every longer word of its name in the demo shop, by a seeded rule.

Half of the words have a slip of the fingers (a letter left out, doubled, swapped or hit beside), half are written as
they sound. The product has to be among the first five; beside it the same names and questions without a slip.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.corpus import read_corpus
from retrieval.document import PRODUCT, Document
from retrieval.index.index_folder import build_index
from retrieval.language.wording import words
from retrieval.options import SearchOptions
from retrieval.search.retriever import HybridRetriever
from server.bootstrap import load_encoder
from server.settings import load_settings

INDEX = Path("build") / "benchmarks" / "misspelt"
DEPTH = 5
MIN_LETTERS = 4
AS_HEARD = (
    ("ph", "f"),
    ("ck", "k"),
    ("ee", "ea"),
    ("ou", "ow"),
    ("oo", "u"),
    ("c", "k"),
    ("ai", "ay"),
    ("y", "ie"),
    ("s", "z"),
    ("f", "ph"),
    ("k", "c"),
    ("ll", "l"),
    ("er", "ur"),
    ("le", "el"),
    ("o", "oa"),
    ("e", "ee"),
)
BESIDE = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuioplsdfghjklkxcvbnmn", strict=True))


def slip(word: str, dice: random.Random) -> str:
    """`word` with one slip of the fingers."""
    at = dice.randrange(1, len(word) - 1)
    letter, after = word[at], word[at + 1]
    middle = dice.choice((after, letter * 2 + after, after + letter, BESIDE.get(letter, letter) + after))
    return word[:at] + middle + word[at + 2 :]


def as_heard(word: str, dice: random.Random) -> str:
    """`word` as one may write it who only heard it; with a slip where no rule fits."""
    fitting = [(said, written) for said, written in AS_HEARD if said in word]
    if not fitting:
        return slip(word, dice)
    said, written = dice.choice(fitting)
    return word.replace(said, written, 1)


def misspelt(products: Sequence[Document]) -> list[tuple[str, str]]:
    """The misspelt name of each product that has a word long enough, with the product's id."""
    dice = random.Random(0)
    made = []
    for product in products:
        name = words(product.title)
        long = [at for at, word in enumerate(name) if len(word) >= MIN_LETTERS and word.isalpha()]
        if long:
            for at in long:
                name[at] = dice.choice((slip, as_heard))(name[at], dice)
            made.append((" ".join(name), product.id))
    return made


def found(retriever: HybridRetriever, asked: Sequence[tuple[str, str]]) -> float:
    """The share of the names whose product is among the first."""
    hits = 0
    for name, product_id in asked:
        passages = retriever.search(name, limit=100, kind=PRODUCT)
        hits += product_id in list(dict.fromkeys(passage.document_id for passage in passages))[:DEPTH]
    return hits / len(asked)


def main() -> None:
    """Print the shares without and with tolerance, by words alone and by both searches."""
    settings = load_settings()
    encoder = load_encoder(settings)
    build_index(read_corpus(settings.path(settings.paths.knowledge)), encoder, INDEX)
    with HybridRetriever.open(INDEX, encoder) as retriever:
        products = retriever.catalogue.documents(PRODUCT)
    sets = {"misspelt": misspelt(products), "as written": [(product.title, product.id) for product in products]}
    print(f"{'found among the first five':32}{'strict':>9}{'tolerant':>9}")
    for way, weight in (("words alone", 0.0), ("hybrid", SearchOptions().dense_weight)):
        for name, asked in sets.items():
            shares = []
            for spelling in (False, True):
                options = replace(SearchOptions(), dense_weight=weight, spelling=spelling)
                with HybridRetriever.open(INDEX, encoder, options) as retriever:
                    shares.append(found(retriever, asked))
            print(f"{f'{len(asked)} names {name}, {way}':32}" + "".join(f"{share:9.1%}" for share in shares))


if __name__ == "__main__":
    main()
