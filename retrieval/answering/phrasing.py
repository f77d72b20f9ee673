"""Puts facts into sentences that read well and sound well; the values stand in them word for word."""

import re
from collections.abc import Sequence
from dataclasses import replace

from retrieval.document import Document, Fact
from retrieval.language.labels import VERBS_OF_TIME, plain_label, says_what_it_does
from retrieval.language.units import quantity
from retrieval.language.wording import sentences, stem, word_set, words
from retrieval.properties.facts import is_absent
from retrieval.properties.verdicts import truth_of

_VERDICT = re.compile(r"^(?:yes|no)[,.;:!]\s+", re.IGNORECASE)
_BY_CHOICE = re.compile(r"(price|stock) in (.+)")  # what one variant costs, or how many there are of it
_TIME = re.compile(r"\d{1,2}(?:[:.]\d\d)?(?: ?[ap]\.?m\.?)?|noon|midnight", re.IGNORECASE)
MAX_QUOTED_SENTENCES = 2
_ENDS_OPEN = re.compile(r" (?:for|with|to|by|in|of|from|at|on)$")  # of a label that its value goes on: `suitable for`
# Last words of a label that say of what stands before them whether it is so.
_ENDINGS = word_set("allowed permitted accepted included required available welcome supported")
_ADJECTIVE = re.compile(
    r"(?:able|ible|proof|safe|free|friendly|resistant|tight)$|^(?:good|suitable|made|ready)\b"
    r"|^(?:vegan|vegetarian|organic|wireless|unisex|new|used|washable|electric|cordless|certified|digital|solar)$"
)


def sentence_of(product: Document, fact: Fact, what: str = "") -> str:
    """One sentence that says `fact` of `product`; `what` is how to call it, where its label does not say it well."""
    name = named(product)
    label = spoken(what or fact.label)
    truth = truth_of(fact)
    if fact.slug == "stock":
        is_counted = fact.number or fact.text[:1].isdigit()
        return f"For {name}, we have {fact.text}." if is_counted else f"{_capital(name)} {_is(product)} {fact.text}."
    if of := _BY_CHOICE.fullmatch(fact.label):
        return sentence_of(
            replace(product, title=f"{product.title} in {of[2]}"), replace(fact, slug=of[1], label=of[1])
        )
    if truth is not None and (truth or fact.text.lower() != "none"):
        return _is_or_has(product, label, truth)
    if label == "brand":
        return f"{_capital(name)} {_is(product)} made by {fact.text}."
    if is_absent(fact):
        return f"For the {label} of {name}, the catalogue says: {fact.text}."
    if "in the box" in label:
        return f"In the box of {name}: {fact.text}."
    if says_what_it_does(label):
        at = "at " if label in VERBS_OF_TIME and _TIME.fullmatch(fact.text) else ""
        return f"{_capital(name)} {_verb_of(product, label)} {at}{fact.text}."
    if _ENDS_OPEN.search(label):
        verb = "" if _is_verb(label) else f"{_is(product)} "
        return f"{_capital(name)} {verb}{label} {fact.text}."
    if fact.text.endswith(".") or ";" in fact.text:
        return f"{product.title}: {fact.text.rstrip('.')}."
    verb = "are" if _is_plural(label) else "is"
    return f"The {label} of {name} {verb} {_with_unit(fact)}."


def named(product: Document) -> str:
    """The product as a sentence names it: with an article, unless it has one."""
    return f"the {product.title.removeprefix('The ')}"


def with_verdict(is_so: bool, sentence: str) -> str:
    """A sentence as the answer to a question that it says yes or no to."""
    first = sentence if sentence[:2].isupper() else sentence[:1].lower() + sentence[1:]
    return f"{'Yes' if is_so else 'No'}, {first}"


def without_verdict(text: str) -> str:
    """A text without the yes or no that it begins with."""
    rest = _VERDICT.sub("", text)
    return _capital(rest) if rest else text


def spoken(label: str) -> str:
    """A label as people say it: `is_waterproof` is `waterproof`."""
    if re.search(r"[_(\[:/.]|[a-z][A-Z]", label):
        return plain_label(label).text
    return label if label.isupper() else label.lower()


def _with_unit(fact: Fact) -> str:
    """The value, with the unit that its label gives it: `weight_g` of `340`."""
    unit = plain_label(fact.label).unit
    return quantity(fact.text, unit) if unit and re.fullmatch(r"\d+(?:[.,]\d+)?", fact.text) else fact.text


def _is_or_has(product: Document, label: str, truth: bool) -> str:
    """Says that the product is or has what `label` names, or that it is not or has none."""
    name, last = _capital(named(product)), label.split(" ")[-1]
    if last in _ENDINGS and " " in label:
        what, verb = label.removesuffix(f" {last}"), "are" if _is_plural(label.removesuffix(f" {last}")) else "is"
        return f"{_capital(what)} {verb} {'' if truth else 'not '}{last} for {named(product)}."
    if _ADJECTIVE.search(label):
        return f"{name} {_is(product)} {'' if truth else 'not '}{label}."
    has = "have" if _is_plural(product.title) else "has"
    return f"{name} {has} {'' if truth else 'no '}{label}."


def unknown(product: Document, what: str) -> str:
    """Says that the catalogue is silent about `what`."""
    if says_what_it_does(what):
        asked = "when" if what in VERBS_OF_TIME else "what"
        return f"The catalogue does not say {asked} {named(product)} {_verb_of(product, what)}."
    if "in the box" in what:
        return f"The catalogue does not say what is in the box of {named(product)}."
    about = f"anything about the {what} of" if what else "that about"
    return f"The catalogue does not say {about} {named(product)}."


def summary_of(product: Document) -> str:
    """What a product is and what it costs."""
    price = product.fact("price")
    cost = f" The price is {price.text}." if price else ""
    return f"{product.title}: {first_sentences(product.text)}{cost}"


def differences(first: Document, second: Document, facts: Sequence[tuple[Fact, Fact]]) -> str:
    """`Price: $79.99 against $149.99.` for each pair of facts, after a sentence that names the products."""
    pairs = " ".join(f"{_capital(fact.label)}: {fact.text}, against {other.text}." for fact, other in facts)
    return f"This is how {named(first)} and {named(second)} differ. {pairs}"


def listing(products: Sequence[Document], total: int, is_exact: bool) -> str:
    """A few products with their prices, and how many there are in all.

    `is_exact` when every wish was checked.
    """
    names = [_with_price(product) for product in products]
    listed = list_of(names) if total == len(products) or not is_exact else ", ".join(names)
    if not is_exact:
        return f"The closest we have: {listed}."
    if total == len(products):
        return f"We have {listed}."
    return f"We have {total} of those: {listed}, and {total - len(products)} more."


def more_of(products: Sequence[Document], total: int, is_exact: bool) -> str:
    """A few more products of a search with their prices, and how many are left; takes what `listing` does."""
    names = [_with_price(product) for product in products]
    if not is_exact:
        return f"The next closest we have: {list_of(names)}."
    if total == len(products):
        return f"We also have {list_of(names)}."
    return f"We have {total} others: {', '.join(names)}, and {total - len(products)} more."


def nearest_of(product: Document) -> str:
    """Names the product that comes nearest to a wish that none grants."""
    return f"The nearest is {_with_price(product)}."


def verdict_of(product: Document, is_exact: bool = True) -> str:
    """Names the product that comes out first in a comparison; `is_exact` when every wish was checked."""
    return f"{'That' if is_exact else 'The closest we have'} is {named(product)}."


def _with_price(product: Document) -> str:
    price, stock = product.fact("price"), product.fact("stock")
    name = named(product) + (", out of stock now," if stock and stock.number == 0 else "")
    return f"{name} at {price.text}" if price else name.removesuffix(",")


def list_of(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1])))


def first_sentences(text: str) -> str:
    """The first sentences of `text`, as many as are quoted."""
    return " ".join(sentences(text)[:MAX_QUOTED_SENTENCES])


def best_sentences(text: str, question_stems: set[str]) -> str:
    """The sentences of `text` that share most words with the question, as many as are quoted, in their own order."""
    everything = sentences(text)
    ranked = sorted(range(len(everything)), key=lambda at: (-_shared(everything[at], question_stems), at))
    return " ".join(everything[at] for at in sorted(ranked[:MAX_QUOTED_SENTENCES]))


def _shared(sentence: str, stems: set[str]) -> int:
    return len({stem(word) for word in words(sentence)} & stems)


def _is_verb(label: str) -> bool:
    """Whether a label begins with a verb: `cuts branches up to`."""
    first = label.split(" ")[0]
    return stem(first) != first and first.endswith("s")


def _is_plural(name: str) -> bool:
    """Whether a name or label takes `are`: one of its last two words ends like a plural (`Pulse Buds 2`)."""
    return any(len(word) > 3 and stem(word) != word and word.endswith("s") for word in words(name)[-2:])


def _is(product: Document) -> str:
    return "are" if _is_plural(product.title) else "is"


def _verb_of(product: Document, label: str) -> str:
    """A verb label as it goes with the product: the Pulse Buds 2 `work with` something."""
    verb, *rest = label.split(" ")
    if _is_plural(product.title):
        verb = verb.removesuffix("es" if re.search(r"(?:ch|sh|ss|x|z)es$", verb) else "s")
    return " ".join((verb, *rest))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
