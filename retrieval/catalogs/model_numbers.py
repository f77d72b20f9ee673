"""Model numbers of products: which a record has, and which two contradict each other."""

import re
from dataclasses import dataclass

from retrieval.document import Document

_CODE = re.compile(r"(?=[a-z-]*\d)(?=[\d-]*[a-z])[a-z\d]+(?:-[a-z\d]+)*")
_SIGNS = re.compile(r"[^a-z\d]+")
SCHEME = 2  # letters or digits that model numbers of one scheme begin with
MIN_MODEL = 5  # letters and digits of a model number; shorter codes are versions and amounts
_AMOUNT = re.compile(
    r"\d+(?:mg|g|kg|oz|lbs?|mm|cm|m|in|ft|ml|l|w|watts?|v|mah|mb|gb|tb|m?hz|ghz|mp|pk|pack|pc|users?|x\d+)"
)
_MODEL_LABELS = frozenset(
    ("model", "modelno", "modelnumber", "itemmodelnumber", "mpn", "partnumber", "manufacturerpartnumber")
)


@dataclass(frozen=True, slots=True)
class ModelNumbers:
    """The model numbers of a product, and all that its record says, squeezed to letters and digits."""

    codes: frozenset[str]
    text: str


def model_numbers(document: Document) -> ModelNumbers:
    """The model numbers of a product: `SBV-40S` is `sbv40s`.

    They are codes of its title with two digits or more, and what its record states as one; amounts (`500ml`) are none.
    """
    stated = _model_facts(document)
    codes = {*map(_squeezed, stated), *codes_of(document.title)}
    text = _squeezed(" ".join((document.title, document.text, *stated)))
    return ModelNumbers(frozenset(filter(_is_model, codes)), text)


def _model_facts(document: Document) -> list[str]:
    return [fact.text for fact in document.facts if _squeezed(fact.label) in _MODEL_LABELS]


def _is_model(code: str) -> bool:
    digits = sum(letter.isdigit() for letter in code)
    return len(code) >= MIN_MODEL and digits > 1 and digits < len(code) and not _AMOUNT.fullmatch(code)


def _squeezed(text: str) -> str:
    """The letters and digits of `text` alone, in small letters."""
    return _SIGNS.sub("", text.lower())


def contradict(left: ModelNumbers, right: ModelNumbers) -> bool:
    """Whether both have numbers of one scheme, and neither side mentions one of the other's or begins like it."""
    if not left.codes or not right.codes:
        return False
    mentioned = any(code in right.text for code in left.codes) or any(code in left.text for code in right.codes)
    both = [(one, other) for one in left.codes for other in right.codes]
    return not mentioned and any(_of_one_scheme(*pair) for pair in both) and not any(_extend(*pair) for pair in both)


def _of_one_scheme(one: str, other: str) -> bool:
    """Whether two model numbers are of one maker's scheme: the same beginning, or the same places of digits.

    `1901b004` and `eos40dbody` are not; both may be numbers of one camera.
    """
    return one[:SCHEME] == other[:SCHEME] or _shape(one) == _shape(other)


def _shape(code: str) -> str:
    return "".join("0" if letter.isdigit() else "a" for letter in code)


def _extend(one: str, other: str) -> bool:
    """Whether one model number is the other with something added, as `dscw55` is of `dscw55b`."""
    return one.startswith(other) or other.startswith(one)


def codes_of(title: str) -> set[str]:
    """Model codes: letters and digits in one, without their dashes: `SBV-40S`."""
    found = (code.replace("-", "") for code in _CODE.findall(title.lower()))
    return {code for code in found if len(code) > 3}
