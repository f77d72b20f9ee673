"""Reads a folder of knowledge files into documents.

`products.jsonl`, `concepts.yml`, `faq.yml`, `policies/*.md` and `reviews.jsonl`; each may be missing, not all of
them. A row that cannot be read stops the reading with its file and line: knowledge is never dropped in silence.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from retrieval.concepts import LABEL, LESS, MORE
from retrieval.document import CONCEPT, FAQ, POLICY, PRODUCT, REVIEW, Document, Fact
from retrieval.errors import CorpusError
from retrieval.rows import Row
from retrieval.wording import slug_of

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")


def read_corpus(folder: Path) -> Iterator[Document]:
    """Read every document of `folder`: products, FAQ, policies, reviews, in the order of the files.

    Raises CorpusError for a missing or empty folder, a row that cannot be read, an id used twice, or a
    review of a product that is not there.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise CorpusError(f"{folder}:1: there is no such folder; name the folder that holds products.jsonl")
    seen: set[str] = set()
    for document, place in _documents(folder):
        if document.id in seen:
            raise CorpusError(f"{place}: the id {document.id} is used twice; give each document its own id")
        if document.about and document.about not in seen:
            raise CorpusError(
                f"{place}: {document.id} is about {document.about}, which products.jsonl lacks; correct product_id"
            )
        seen.add(document.id)
        yield document
    if not seen:
        raise CorpusError(f"{folder}:1: no documents; add products.jsonl, faq.yml, policies/*.md or reviews.jsonl")


def _documents(folder: Path) -> Iterator[tuple[Document, str]]:
    yield from _json_lines(folder / "products.jsonl", _product)
    yield from _yaml_list(folder / "concepts.yml", _concept)
    yield from _yaml_list(folder / "faq.yml", _faq_entry)
    for path in sorted((folder / "policies").glob("*.md")):
        yield _policy(path), f"{path}:1"
    yield from _json_lines(folder / "reviews.jsonl", _review)


def _json_lines(path: Path, build: Callable[[Row], Document]) -> Iterator[tuple[Document, str]]:
    if not path.exists():
        return
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            value = json.loads(line)
        except ValueError as error:
            raise CorpusError(f"{place}: not JSON ({error}); write one object on each line") from error
        yield build(Row.of(value, place)), place


def _product(row: Row) -> Document:
    row.allow("id", "name", "brand", "category", "price", "currency", "stock", "description", "specs", "aliases")
    facts = [*_price(row), *_stock(row)]
    for label, text in row.labels("specs"):
        slug = slug_of(label)
        if not slug or slug in ("price", "stock") or any(fact.slug == slug for fact in facts):
            raise CorpusError(f"{row.place}: the spec {label!r} has no name of its own; rename it")
        facts.append(Fact(slug, label, text))
    return Document(
        id=f"{PRODUCT}:{row.name('id')}",
        kind=PRODUCT,
        title=row.text("name"),
        text=row.text("description"),
        aliases=row.texts("aliases"),
        facts=tuple(facts),
        brand=row.text("brand", default=""),
        category=row.text("category", default=""),
    )


def _price(row: Row) -> list[Fact]:
    amount = row.number("price")
    if amount is None:
        return []
    return [Fact("price", "price", format_price(amount, row.text("currency", default="USD")), amount)]


def _stock(row: Row) -> list[Fact]:
    pieces = row.number("stock")
    if pieces is None:
        return []
    return [Fact("stock", "stock", f"{pieces:.0f} in stock" if pieces else "out of stock", pieces)]


def format_price(amount: float, currency: str) -> str:
    """An amount as readers and voices both take it: `$1,299.99`, `$45`, `20 CHF`."""
    digits = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{digits}" if symbol else f"{digits} {currency}"


def _review(row: Row) -> Document:
    row.allow("id", "product_id", "rating", "title", "text")
    rating = row.number("rating")
    if rating not in (1, 2, 3, 4, 5):
        raise CorpusError(f"{row.place}: rating is {rating}; write a whole number from 1 to 5")
    return Document(
        id=f"{REVIEW}:{row.name('id')}",
        kind=REVIEW,
        title=row.text("title", default=""),
        text=row.text("text"),
        about=f"{PRODUCT}:{row.name('product_id')}",
        rating=int(rating),
    )


def _yaml_list(path: Path, build: Callable[[Row], Document]) -> Iterator[tuple[Document, str]]:
    if not path.exists():
        return
    loader = yaml.SafeLoader(_text(path))
    try:
        root = loader.get_single_node()
        if root is None:
            return
        if not isinstance(root, yaml.SequenceNode):
            raise CorpusError(f"{path}:1: not a list; write `- ` before each entry")
        for node in root.value:
            place = f"{path}:{node.start_mark.line + 1}"
            yield build(Row.of(loader.construct_document(node), place)), place
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CorpusError(f"{path}:{line}: not YAML ({error.problem}); correct the line") from error
    except yaml.YAMLError as error:
        raise CorpusError(f"{path}:1: not YAML ({error}); correct the file") from error
    finally:
        loader.dispose()


def _faq_entry(row: Row) -> Document:
    row.allow("id", "question", "alternatives", "answer")
    return Document(
        id=f"{FAQ}:{row.name('id')}",
        kind=FAQ,
        title=row.text("question"),
        text=" ".join(row.text("answer").split()),
        aliases=row.texts("alternatives"),
    )


def _concept(row: Row) -> Document:
    row.allow("name", "labels", MORE, LESS, "questions")
    name, questions = row.text("name"), row.texts("questions")
    if not slug_of(name) or not questions:
        raise CorpusError(f"{row.place}: the concept {name!r} needs a name in letters and at least one question")
    texts = {LABEL: row.texts("labels"), MORE: row.texts(MORE), LESS: row.texts(LESS)}
    facts = [
        Fact(f"{label}-{number}", label, text)
        for label, found in texts.items()
        for number, text in enumerate(found, start=1)
    ]
    return Document(f"{CONCEPT}:{slug_of(name)}", CONCEPT, name, "", questions, tuple(facts))


def _policy(path: Path) -> Document:
    """One Markdown file: `# Title`, an opening, and `## Section`s; deeper headings stay part of their
    section.
    """
    title, parts = "", [("", list[str]())]
    for number, line in enumerate(_text(path).split("\n"), start=1):
        heading = _HEADING.match(line)
        if heading and len(heading[1]) == 1:
            if title:
                raise CorpusError(f"{path}:{number}: a second title; keep one `# Title` in each file")
            title = heading[2]
        elif heading and len(heading[1]) == 2:
            if any(slug_of(label) == slug_of(heading[2]) for label, _ in parts):
                raise CorpusError(f"{path}:{number}: the section {heading[2]!r} has no name of its own; rename it")
            parts.append((heading[2], []))
        else:
            parts[-1][1].append(line)
    if not title:
        raise CorpusError(f"{path}:1: no title; begin the file with `# Title`")
    (_, opening), *sections = ((label, _plain(lines)) for label, lines in parts)
    if not opening and not any(text for _, text in sections):
        raise CorpusError(f"{path}:1: nothing under the title; write the policy below it")
    facts = tuple(Fact(slug_of(label), label, text) for label, text in sections if text)
    return Document(id=f"{POLICY}:{path.stem}", kind=POLICY, title=title, text=opening, facts=facts)


def _plain(lines: list[str]) -> str:
    """Markdown lines as running text: list marks, emphasis and link targets removed."""
    joined = " ".join(re.sub(r"^\s*(?:[-*+]|\d+[.)]|#{3,6}|>)\s+", "", line).strip() for line in lines)
    joined = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", joined)
    return " ".join(re.sub(r"\*{1,3}|`|__", "", joined).split())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise CorpusError(f"{path}:{line}: not UTF-8 text; save the file as UTF-8") from error
    except OSError as error:
        raise CorpusError(f"{path}:1: cannot be read ({error.strerror}); check the file") from error
