"""Says why things are offered: the facts that meet the conditions of a search, or which conditions the closest fail."""

from collections.abc import Iterable, Sequence

from retrieval.answering.phrasing import list_of, named, spoken
from retrieval.conditions import Condition
from retrieval.document import Document, Fact
from retrieval.properties.verdicts import truth_of
from retrieval.values.value_index import BRAND
from retrieval.values.value_keys import value_key, values_in

MOST_FACTS = 4  # that are named of an offer
LONGEST_VALUE = 60  # letters of a value that is said beside a name


def why(products: Sequence[Document], tests: Sequence[Condition], unchecked: Sequence[str] = ()) -> str:
    """What of some products meets `tests`, to be said behind their names; empty where there are no tests.

    `unchecked` are wishes of which no record tells.
    """
    stated = {product.id: _meeting(product, tests) for product in products}
    shared = [each for each in stated[products[0].id] if all(each in of_one for of_one in stated.values())]
    text = ""
    if shared:
        text += f" {'It has' if len(products) == 1 else 'All have'} this: {', '.join(shared[:MOST_FACTS])}."
    for product in products:
        own = [each for each in stated[product.id] if each not in shared]
        text += f" {product.title}: {', '.join(own[:MOST_FACTS])}." if own else ""
    if unchecked:
        text += f" The catalogue does not tell about this: {list_of(list(unchecked))}."
    return text


def closest(products: Sequence[Document], failed: Sequence[Condition]) -> str:
    """The products that come closest, and what of them is not as it was wished."""
    labels = dict.fromkeys(spoken(test.labels[0]) for test in failed)
    names = [f"{named(product)} ({', '.join(_instead(product, failed))})" for product in products]
    return f"We have nothing that meets all of that. Other than wished in {list_of(list(labels))}: {list_of(names)}."


def _meeting(product: Document, tests: Iterable[Condition]) -> list[str]:
    """What the facts of a product say that meets tests."""
    said = (_said(fact, test) for test in tests for fact in _facts(product, test) if _meets(fact, test))
    return list(dict.fromkeys(filter(None, said)))


def _facts(product: Document, test: Condition) -> list[Fact]:
    facts = [fact for fact in product.facts if fact.label in test.labels]
    return facts or ([Fact("", BRAND, product.brand)] if BRAND in test.labels and product.brand else [])


def _meets(fact: Fact, test: Condition) -> bool:
    if not test.values or not test.is_wanted:
        return True
    return not set(test.values).isdisjoint(map(value_key, values_in(fact.text)))


def _said(fact: Fact, test: Condition) -> str:
    """A fact in as few words as tell it: its label where it says yes, its value where that has the label's words."""
    label, truth = spoken(fact.label), truth_of(fact)
    if truth is not None:
        return label if truth else f"no {label}"
    if len(fact.text) > LONGEST_VALUE:
        return label if test.is_wanted else ""
    return fact.text if set(label.split()) & set(fact.text.lower().split()) else f"{label} {fact.text}"


def _instead(product: Document, failed: Iterable[Condition]) -> list[str]:
    """What a product has instead of what was wished."""
    told = []
    for test in failed:
        facts = _facts(product, test)
        told += [_said(fact, test) for fact in facts if _said(fact, test)]
        told += [] if facts else [f"no {spoken(test.labels[0])} stated"]
    return list(dict.fromkeys(told))
