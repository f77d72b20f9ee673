"""Matches two shops' product lists without examples and scores the pairs against a gold mapping.

Amazon-Google of the Leipzig benchmark for entity resolution (Koepcke, Thor, Rahm, 2010), in ../shared/bench. The same
mapping scored some ten variants while the matcher was made, and `near_best` was set by it: the last line is optimistic,
the line before it, where only mutual best matches count, less so.
"""

import csv
import time
from collections.abc import Collection, Iterable
from pathlib import Path

from benchmarks.corpus import refuse
from retrieval.catalogs.matching import Match, match
from retrieval.document import PRODUCT, Document
from retrieval.ingestion.column_map import EMPTY, ColumnMap, DocumentRule, Rule
from retrieval.ingestion.formats.file_kinds import TABLE
from retrieval.ingestion.formats.text_files import open_text
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.sources import Source
from retrieval.language.wording import slug_of
from retrieval.options import MatchOptions

FOLDER = Path(__file__).parents[2] / "shared" / "bench" / "retrieval" / "er_abt_buy_amazon_google"
MAPPING = "Amazon-Goodle-Products-PerfectMapping.csv"
WAYS = {
    "titles alone": MatchOptions(description_weight=0, price_weight=0, number_weight=0, near_best=1),
    "and descriptions, prices, numbers": MatchOptions(near_best=1),
    "and equals of the best (the default)": MatchOptions(),
}


def read_products(path: Path, title: str) -> list[Document]:
    """The products of one list, whose titles stand in the column `title`; a price of 0 is none."""
    columns = {"id": "id", "name": title, "description": "description", "brand": "manufacturer", "price": "price"}
    rule = DocumentRule(PRODUCT, tuple((field, Rule(columns=(column,))) for field, column in columns.items()))
    mapping = ColumnMap(path.name, (rule,), empty=EMPTY | {"0"})
    return list(read_sources([Source(path, TABLE, PRODUCT, mapping)], refuse))


def read_mapping(path: Path) -> set[tuple[str, str]]:
    """The pairs of ids that are the same product."""
    with open_text(path) as file:
        rows = list(csv.reader(file, quotechar="'"))
    return {(_product_id(left), _product_id(right)) for left, right in rows[1:]}


def _product_id(name: str) -> str:
    return f"{PRODUCT}:{name if name.isalnum() else slug_of(name)}"


def measured(found: Iterable[Match], gold: Collection[tuple[str, str]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the pairs found."""
    pairs = {(one.left_id, one.right_id) for one in found}
    right = len(pairs & set(gold))
    precision, recall = right / max(len(pairs), 1), right / max(len(gold), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def main() -> None:
    """Print the table."""
    if not FOLDER.is_dir():
        print(f"{FOLDER} is not there: nothing to match")
        return
    ours, theirs = (
        read_products(FOLDER / "AmazonProducts.csv", "title"),
        read_products(FOLDER / "GoogleProducts.csv", "name"),
    )
    gold = read_mapping(FOLDER / MAPPING)
    print(f"{len(ours)} products of Amazon, {len(theirs)} of Google, {len(gold)} pairs in the gold mapping")
    print(f"{'':38}{'pairs':>8}{'precision':>11}{'recall':>8}{'F1':>8}{'seconds':>9}")
    for name, options in WAYS.items():
        started = time.perf_counter()
        found = match(ours, theirs, options)
        seconds = time.perf_counter() - started
        precision, recall, f1 = measured(found, gold)
        print(f"{name:38}{len(found):8}{precision:11.3f}{recall:8.3f}{f1:8.3f}{seconds:9.1f}")


if __name__ == "__main__":
    main()
