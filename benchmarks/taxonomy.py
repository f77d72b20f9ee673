"""Places products of another shop in Google's product taxonomy and compares the top level with the shop's own.

The shop's top categories are mapped to those of the taxonomy that they may be in; categories that say nothing of what a
product is are left out. Both lists are in ../shared/bench.
"""

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.corpus import refuse
from nlu.encoder.sentence_encoder import MiniLMEncoder
from retrieval.catalogs.taxonomy import TaxonomyPlacer, read_taxonomy
from retrieval.document import Document
from retrieval.ingestion.column_map_files import read_map
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.sources import sources_in

ROOT = Path(__file__).parents[1]
FOLDER = ROOT.parent / "shared" / "bench" / "retrieval"
SAMPLE, SEED = 1500, 7
TOPS: dict[str, tuple[str, ...]] = {
    "Clothing": ("Apparel & Accessories",),
    "Jewellery": ("Apparel & Accessories",),
    "Footwear": ("Apparel & Accessories",),
    "Watches": ("Apparel & Accessories",),
    "Sunglasses": ("Apparel & Accessories",),
    "Bags, Wallets & Belts": ("Apparel & Accessories", "Luggage & Bags"),
    "Mobiles & Accessories": ("Electronics",),
    "Computers": ("Electronics", "Software"),
    "Cameras & Accessories": ("Cameras & Optics",),
    "Gaming": ("Electronics", "Software"),
    "Home Entertainment": ("Electronics",),
    "Automotive": ("Vehicles & Parts",),
    "Home Decor & Festive Needs": ("Home & Garden", "Arts & Entertainment"),
    "Home Furnishing": ("Home & Garden",),
    "Kitchen & Dining": ("Home & Garden",),
    "Furniture": ("Furniture",),
    "Beauty and Personal Care": ("Health & Beauty",),
    "Health & Personal Care Appliances": ("Health & Beauty",),
    "Baby Care": ("Baby & Toddler",),
    "Tools & Hardware": ("Hardware",),
    "Home Improvement": ("Hardware", "Home & Garden"),
    "Toys & School Supplies": ("Toys & Games", "Office Supplies"),
    "Pens & Stationery": ("Office Supplies",),
    "Sports & Fitness": ("Sporting Goods",),
    "Pet Supplies": ("Animals & Pet Supplies",),
}


def read_sample() -> list[Document]:
    """Some of the shop's products whose top category is mapped, always the same ones."""
    sources = sources_in([FOLDER / "flipkart_sample"], [read_map(ROOT / "data" / "maps" / "flipkart.yml")])
    products = [each for each in read_sources(sources, refuse) if top_of(each) in TOPS]
    return random.Random(SEED).sample(products, SAMPLE)


def top_of(product: Document) -> str:
    """The outermost category of a product."""
    return product.category.split(" > ")[0]


def without_top(product: Document) -> Document:
    """The product with its category less the outermost, which is what is compared."""
    return replace(product, category=" > ".join(product.category.split(" > ")[1:]))


def share_right(
    placer: TaxonomyPlacer, products: Sequence[Document], asked: Sequence[Document]
) -> tuple[float, Counter[str]]:
    """The share of products placed under a top that theirs is mapped to, and where the others are from."""
    placements = placer.place(asked)
    wrong = Counter(
        top_of(product)
        for product, placement in zip(products, placements, strict=True)
        if placement.place.path[0] not in TOPS[top_of(product)]
    )
    return 1 - wrong.total() / len(products), wrong


def main() -> None:
    """Print the table."""
    if not (FOLDER / "google_taxonomy").is_dir():
        print(f"{FOLDER / 'google_taxonomy'} is not there: nothing to place in")
        return
    places = read_taxonomy(FOLDER / "google_taxonomy" / "taxonomy-with-ids.en-US.txt")
    products = read_sample()
    kinds = {
        "title alone": [replace(product, category="") for product in products],
        "title and category, less its top": [without_top(product) for product in products],
        "title and whole category": products,
    }
    started = time.perf_counter()
    placer = TaxonomyPlacer(places, MiniLMEncoder.shared())
    print(f"{len(products)} of the shop's products in a taxonomy of {len(places)} places: right top level")
    print(f"{'placed by':34}{'right':>8}  wrong most often")
    for kind, asked in kinds.items():
        share, wrong = share_right(placer, products, asked)
        most = ", ".join(f"{top} {count}" for top, count in wrong.most_common(3))
        print(f"{kind:34}{share:8.1%}  {most}")
    print(f"{time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
