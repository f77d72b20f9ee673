"""How many questions about strangers' shops are answered right, read as `heedful index FILE` reads them: with no map
and no concepts file.

Price, stock, colour, weight, size, material and brand are asked in five wordings over a seeded sample of the lists in
../shared; what a list does not have has to be told as lacking. What a list does have is read with a map, so that a
column that is guessed wrong counts as wrong answers. The turns of ../shared/bench/conversations that ask for a value
are asked of the entry that they mean; the answers were developed on every other conversation ("to see"), and the rest
is only counted. The small catalogues in `catalogues/` were invented for it, and the answers were developed on them.

`python -m benchmarks.shops [products [catalogue ...]]` asks about so many products of each list (200 by default), `-v`
prints what is answered wrong, and `--kept` uses the indexes of the last run;
`python -m benchmarks.shops vectors` makes `retrieval/properties/general.npz` after `general.yml` has changed.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.corpus import refuse
from benchmarks.matching import read_products
from retrieval.answering.answerer import Answerer
from retrieval.document import PRODUCT, Document
from retrieval.embedder import Embedder
from retrieval.index.index_folder import build_index
from retrieval.ingestion.column_map_files import read_map
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.sources import sources_in
from retrieval.language.wording import words
from retrieval.properties.general import GeneralKnowledge, general_documents, key_of, packed
from retrieval.question import Answer, Question
from retrieval.search.retriever import HybridRetriever
from server.bootstrap import load_encoder
from server.settings import load_settings

ROOT = Path(__file__).parents[1]
BENCH = ROOT.parent / "shared" / "bench"
LISTS = BENCH / "retrieval"
MUGS = ROOT.parent / "shared" / "cases" / "files" / "mugs.csv"
OWN = Path(__file__).parent / "catalogues"
TALKS = ("cambridge-dstc11", "sanfrancisco-spoken-dstc10", "townguide-sgd")
INDEX = Path("build") / "benchmarks" / "shops"
VECTORS = ROOT / "retrieval" / "properties" / "general.npz"
SEED = 16
TO_COUNT = "to count"
WORDINGS = {
    name: tuple(wordings.split("; "))
    for name, wordings in {
        "price": "how much is {}?; What does {} cost?; price of {} please; what do I pay for {}; how expensive is {}",
        "stock": "is {} in stock; Do you still have {}?; how many of {} are left?; is {} sold out; can I get {} now",
        "colour": "what colour is {}; Which color does {} have?; the colour of {}?; what colours is {} made in;"
        " in which colour do you sell {}",
        "weight": "how heavy is {}; what's the weight of {}?; how much does {} weigh; How many grams does {} weigh?;"
        " is {} heavy",
        "size": "how big is {}; What are the dimensions of {}?; what size is {}; the measurements of {};"
        " how large is {}?",
        "material": "what is {} made of; Which material is {}?; what's {} made from; the material of {};"
        " what stuff is {} made of?",
        "brand": "who makes {}; What brand is {}?; which company is {} from; the manufacturer of {}?; who is {} by",
    }.items()
}
LABELS = {
    "colour": ("colour", "color"), "weight": ("weight",), "size": ("dimensions", "size"), "material": ("material",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one product, and what its answer has to be."""

    column: str
    question: Question
    products: tuple[str, ...]
    is_right: Callable[[str], bool]
    is_known: bool = True


def values_of(product: Document, name: str) -> list[str]:
    """The values of a property that a product states, as they are written."""
    if name == "brand":
        return [product.brand] if product.brand else []
    if name in ("price", "stock"):
        fact = product.fact(name)
        return [fact.text] if fact else []
    return [fact.text for fact in product.facts if fact.label.lower() in LABELS[name]]


def states(values: Iterable[str], text: str) -> bool:
    """Whether `text` has all words of one of `values`; of one with numbers, all its numbers, whatever the units."""
    said = set(words(text))
    return any(set(re.findall(r"\d+(?:\.\d+)?", value.replace(",", "")) or words(value)) <= said for value in values)


def asked_of(products: Sequence[Document], listed: Sequence[Document], count: int) -> Iterator[Asked]:
    """Every property in all wordings of a sample of `products`; what they lack, in one wording.

    `listed` are the same products with what their list really says of them.
    """
    titles = Counter(" ".join(words(product.title)) for product in products)
    dice = random.Random(SEED)
    pairs = list(zip(products, listed, strict=True))
    for product, said in dice.sample(pairs, min(count, len(pairs))):
        is_alone = titles[" ".join(words(product.title))] == 1
        for name, wordings in WORDINGS.items():
            values = values_of(said, name)
            for at, wording in enumerate(wordings if values else wordings[:1]):
                is_named = is_alone and at < 3
                text = wording.format(f"the {product.title}" if is_named else "it")
                question = Question(text, None if is_named else product.id)
                yield Asked(name, question, (product.id,), partial(states, values), bool(values))


def is_right(asked: Asked, answer: Answer | None) -> bool:
    """Whether `answer` says what it has to of the product that is meant, or nothing where nothing is known."""
    if not asked.is_known:
        return answer is None or not answer.source_ids or asked.is_right(answer.text)
    if answer is None or not answer.source_ids:
        return False
    about = {source.partition("#")[0] for source in answer.source_ids}
    return asked.is_right(answer.text) and bool(about & set(asked.products))


def of_talks(folder: Path, _: int = 0) -> Iterator[Asked]:
    """The turns that ask for values of one certain entry."""
    entries = {entry["id"]: entry for entry in _json_lines(folder / "products.jsonl")}
    for number, talk in enumerate(_json_lines(folder / "conversations.jsonl")):
        column = TO_COUNT if number % 2 else "to see"
        for turn in talk["turns"]:
            expect = turn["expect"] or {}
            entry = turn.get("bridge_to", "").removeprefix(f"{PRODUCT}:")
            if turn["kind"] != "attribute" or set(expect) != {"says"} or entry not in entries:
                continue
            said = {name: _value(entries[entry], name) for name in expect["says"]}
            if all(said.values()):
                yield Asked(column, Question(turn["user"], entry), (f"{PRODUCT}:{entry}",), partial(_tells, said))


def _value(entry: Mapping[str, object], name: str) -> str:
    specs = entry.get("specs")
    value = specs.get(name) if isinstance(specs, dict) else None
    return str(entry.get(name, "") if value is None else value)


def _tells(said: Mapping[str, str], text: str) -> bool:
    return all(_tells_one(name, value, text) for name, value in said.items())


def _tells_one(name: str, value: str, text: str) -> bool:
    """Whether `text` tells a value: a yes or no by whether it denies, a telephone number by its digits."""
    if value.lower() in ("yes", "no") or name in ("parking", "internet"):
        denies = re.search(r"\b(?:no|not|none|without)\b", text.lower()) is not None
        return denies == value.lower().startswith("no") and any(word[:5] in text.lower() for word in words(name))
    if re.fullmatch(r"\d+(?:\.\d+)?", value):
        return any(float(number) == float(value) for number in re.findall(r"\d+(?:\.\d+)?", text))
    if name == "phone":
        return re.sub(r"\D", "", value) in re.sub(r"\D", "", text)
    have = words(text)
    return sum(word in have for word in words(value)) >= 0.8 * len(words(value))


def of_own(name: str, _: int = 0) -> Iterator[Asked]:
    """The questions about one of the small catalogues."""
    for row in _json_lines(OWN / "questions.jsonl"):
        if row["catalogue"] == name:
            is_known = "says" in row
            pattern = rf"(?<!\w){re.escape(row['says'])}(?!\w)" if is_known else rf"(?i){row['lacks']}"
            column = "asked for" if is_known else "lacking"
            yield Asked(column, Question(row["q"]), (f"{PRODUCT}:{row['id']}",), partial(_has, pattern), is_known)


def _has(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def catalogues(chosen: Collection[str]) -> Iterator[tuple[str, list[Document], Callable[[int], Iterator[Asked]]]]:
    """The name of each catalogue, its documents, and what is asked of it; of all catalogues where none is `chosen`."""
    for path in sorted(OWN.glob("*.jsonl")):
        if path.stem != "questions" and _is_in(chosen, path.stem):
            documents = list(read_sources(sources_in([path]), refuse))
            yield path.stem, documents, partial(of_own, path.stem)
    for name, path, mapped in (
        ("mugs.csv", MUGS, None),
        ("dummyjson", LISTS / "dummyjson/database/products.json", "dummyjson"),
        ("flipkart", LISTS / "flipkart_sample/flipkart_com-ecommerce_sample.csv", "flipkart"),
    ):
        if not _is_in(chosen, name):
            continue
        products = plain_products(path)
        listed = mapped_products(path, mapped) if mapped else products
        yield name, products, partial(asked_of, products, listed)
    for name, file, title in (("Amazon", "AmazonProducts.csv", "title"), ("Google", "GoogleProducts.csv", "name")):
        if not _is_in(chosen, name):
            continue
        path = LISTS / "er_abt_buy_amazon_google" / file
        products = plain_products(path)
        yield name, products, partial(asked_of, products, read_products(path, title))
    for name in TALKS:
        if not _is_in(chosen, name):
            continue
        folder = BENCH / "conversations" / name
        documents = list(read_sources(sources_in([folder / "products.jsonl"]), refuse))
        yield name, documents, partial(of_talks, folder)


def _is_in(chosen: Collection[str], name: str) -> bool:
    return not chosen or name in chosen


def plain_products(path: Path) -> list[Document]:
    """The products of a file, read as the plain command reads it."""
    return [each for each in read_sources(sources_in([path]), refuse) if each.kind == PRODUCT]


def mapped_products(path: Path, name: str) -> list[Document]:
    """The products of a file, read with the map of that name."""
    mapping = read_map(ROOT / "data" / "maps" / f"{name}.yml")
    sources = [replace(source, map=mapping, reading=None) for source in sources_in([path])]
    return [each for each in read_sources(sources, lambda _: None) if each.kind == PRODUCT]


def main() -> None:
    """Print the table, and the questions that were answered wrong where asked to."""
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    encoder = load_encoder(load_settings())
    if arguments[:1] == ["vectors"]:
        write_vectors(encoder)
        return
    count = int(arguments[0]) if arguments else 200
    chosen = set(arguments[1:])
    general = GeneralKnowledge.load(encoder)
    print(f"{'catalogue':28}{'asked for':12}{'right':>7}{'of':>7}{'':>7}   {'lacking, refused':>16}{'of':>7}")
    for name, documents, asked in catalogues(chosen):
        if "--kept" not in sys.argv or not (INDEX / name).exists():
            build_index(documents, encoder, INDEX / name)
        with HybridRetriever.open(INDEX / name, encoder) as retriever:
            answerer = Answerer(retriever, general=general)
            report(name, answerer, list(asked(count)), "-v" in sys.argv)


def report(name: str, answerer: Answerer, everything: Sequence[Asked], is_told: bool) -> None:
    """Ask it all and print a line for each property."""
    right: Counter[tuple[str, bool]] = Counter()
    total = Counter((asked.column, asked.is_known) for asked in everything)
    for asked in everything:
        answer = answerer.answer(asked.question)
        if is_right(asked, answer):
            right[asked.column, asked.is_known] += 1
        elif is_told and asked.column != TO_COUNT:
            print(
                f"  miss: {asked.question.text!r} {asked.products[0]} -> {answer and (answer.text, answer.source_ids)}"
            )
    for column in dict.fromkeys(asked.column for asked in everything):
        cells = []
        for is_known in (True, False):
            good, count = right[column, is_known], total[column, is_known]
            cells.append(f"{good:7}{count:7}{f'{good / count:7.1%}' if count else '':>7}")
        print(f"{name:28}{column:12}{cells[0]}   {cells[1]}", flush=True)


def write_vectors(embedder: Embedder) -> None:
    """Embed the shipped wordings and write their file."""
    wordings = [text for document in general_documents() for text in document.aliases]
    np.savez_compressed(VECTORS, **packed(embedder.embed(wordings), key_of(embedder.identity, wordings)))


if __name__ == "__main__":
    if not BENCH.is_dir():
        print(f"{BENCH} is not there: only the catalogues beside this file are asked about")
    main()
