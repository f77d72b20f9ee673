"""Makes up catalogues and turns about them, for what public data hardly have: goods, lists, pairs, corrections.

`reader_grammar.yml` holds the properties and kinds of entries; the same seed gives the same turns.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from benchmarks.reader_phrases import (
    ANY,
    ANY_ANSWERS,
    ASKS,
    BOOLEAN_ASKS,
    CLOSED,
    CONFIRMS,
    EXCLUSIONS,
    FINDS,
    LESS_THAN,
    LISTS,
    MORE_THAN,
    NAMES,
    NOT,
    NOTHING,
    OFFERS,
    PAIR_COMPARISONS,
    PAIRS,
    PLACE_COMPARISONS,
    POINTERS,
    PREFIXES,
    QUESTIONS,
    TAILS,
)
from benchmarks.reader_turns import Example, Turns, Wanted, joined
from retrieval.reading.reading import Act, Operator, Reference
from retrieval.reading.schema import Label

GRAMMAR = Path(__file__).with_suffix(".yml")
IT, VALUE = "_it_", "_v_"
SAMPLES = 8


@dataclass(slots=True)
class Said:
    """A turn while it is put together: pieces of text, each with what it wishes, and the meaning of the whole."""

    pieces: list[tuple[str, Wanted | None]] = field(default_factory=list)
    acts: set[Act] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    unplaced: list[Wanted] = field(default_factory=list)
    references: set[Reference] = field(default_factory=set)
    reply: str = ""

    def add(self, text: str) -> "Said":
        """More words."""
        self.pieces.append((text, None))
        return self

    def example(self, schema: str) -> Example:
        """The finished turn."""
        text, wanted = joined(self.pieces)
        return Example(
            schema,
            self.reply,
            text,
            frozenset(self.acts),
            frozenset(self.asked),
            (*wanted, *self.unplaced),
            frozenset(self.references),
            frozenset(Act),
            knows_references=True,
        )


@dataclass(frozen=True, slots=True)
class Property:
    """A label of a made-up schema, with what customers say for it."""

    label: Label
    held: dict[str, Any]

    @property
    def is_boolean(self) -> bool:
        return bool(self.held.get("bool"))

    @property
    def spoken(self) -> str:
        return self.label.name.replace("_", " ").lower()


class Grammar:
    """Makes up turns; for one thread."""

    def __init__(self, seed: int = 0, path: Path = GRAMMAR) -> None:
        held = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._properties: dict[str, dict[str, Any]] = held["properties"]
        self._kinds: dict[str, dict[str, Any]] = held["kinds"]
        self._random = random.Random(seed)

    def turns(self, schemas: int, turns_each: int) -> Turns:
        """So many turns of each of so many schemas, the kinds of entries in their order."""
        examples, labels = [], {}
        for number in range(schemas):
            kind = list(self._kinds)[number % len(self._kinds)]
            name = f"{kind} {number}"
            properties = self._schema(kind)
            labels[name] = tuple(each.label for each in properties)
            made = _Maker(self._random, self._kinds[kind]["one"], properties)
            examples += [made.turn().example(name) for _ in range(turns_each)]
        return Turns(examples, labels)

    def _schema(self, kind: str) -> list[Property]:
        has = list(self._kinds[kind]["has"])
        self._random.shuffle(has)
        made: dict[str, Property] = {}
        for name in has[: self._random.randint(5, len(has))]:
            held = self._properties[name]
            label = self._random.choice(held["labels"])
            if label not in made:
                made[label] = Property(
                    Label(self._written(label), self._description(label, kind), self._values(held)), held
                )
        return list(made.values())

    def _written(self, label: str) -> str:
        return self._random.choice([label, label, label.replace(" ", "_"), label.capitalize()])

    def _description(self, label: str, kind: str) -> str:
        return self._random.choice(["", "", "", f"The {label} of the {kind}"])

    def _values(self, held: dict[str, Any]) -> tuple[str, ...]:
        if held.get("bool"):
            return self._random.choice([("yes", "no"), ("True", "False"), ("no", "yes")])
        if "values" in held:
            values = [str(value) for value in held["values"]]
            return tuple(self._random.sample(values, min(len(values), self._random.randint(3, 10))))
        unit = self._random.choice(units(held))
        return tuple(amount(self._random, held, unit) for _ in range(SAMPLES))


def units(held: dict[str, Any]) -> list[str]:
    """The units of a property that is a number."""
    return str(held["number"]).split(" ", 2)[2].split("|")


def amount(drawn: random.Random, held: dict[str, Any], unit: str) -> str:
    """A number with its unit, as people write it."""
    low, high = (int(part) for part in str(held["number"]).split(" ", 2)[:2])
    number = drawn.choice(
        [str(drawn.randint(low, high)), str(drawn.randint(low, high)), f"{drawn.uniform(low, high):.1f}"]
    )
    if "year" in str(held["labels"]) and high > 1000:
        number = str(drawn.randint(low, high))
    return f"${number}" if unit == "$" else f"{number} {unit}".strip()


class _Maker:
    """Makes up turns of one schema."""

    def __init__(self, drawn: random.Random, ones: Sequence[str], properties: Sequence[Property]) -> None:
        self._random = drawn
        self._ones = ones
        self._properties = properties
        self._one = ones[0]

    def turn(self) -> Said:
        """One turn after a reply, perhaps with words before it."""
        self._one = self._random.choice(self._ones)
        said = Said(reply=self._offer())
        if self._random.random() < 0.2:
            prefix, acts = self._random.choice(PREFIXES)
            said.add(prefix).acts |= acts
        form, _ = self._random.choices(self._forms(), weights=[weight for _, weight in self._forms()])[0]
        form(said)
        if self._random.random() < 0.5:
            said.add(self._random.choice("?.!"))
        return said

    def _forms(self) -> list[tuple[Callable[[Said], None], int]]:
        return [
            (self._ask, 26), (self._find, 26), (self._answer, 9), (self._refine, 10), (self._compare, 9),
            (self._closed, 16), (self._correct, 7), (self._nothing, 3),
        ]  # fmt: skip

    def _offer(self) -> str:
        if self._random.random() < 0.2:
            return self._random.choice(["", *CONFIRMS])
        prop = self._property()
        value = self._random.choice(prop.label.values or ("good",))
        return self._random.choice(OFFERS).format(name=self._name(), other=self._name(), label=prop.spoken, value=value)

    def _name(self) -> str:
        return f"{self._random.choice(NAMES)} {self._random.choice(TAILS)}"

    def _property(self) -> Property:
        return self._random.choice(self._properties)

    def _filled(self, text: str, said: Said, pointer: str | None = None) -> str:
        """`text` with a name or a pointer for its entry, which the turn then refers to."""
        text = text.replace(IT, "{it}")
        if "{it}" in text:
            if pointer is None:
                pointer, reference = self._random.choice(POINTERS)
                if reference is not None:
                    said.references.add(reference)
            text = text.replace("{it}", pointer, 1).replace("{it}", "it")
        plural = self._one if self._one.endswith("s") else f"{self._one}s"
        return text.replace("{name}", self._name()).replace("{ones}", plural).replace("{one}", self._one)

    def _question(self, prop: Property, said: Said, pointer: str | None = None) -> str:
        said.asked.add(prop.label.name)
        own = prop.held["ask"]
        general = BOOLEAN_ASKS if prop.is_boolean else ASKS
        text = self._random.choice(own if self._random.random() < 0.6 else general).replace("{label}", prop.spoken)
        return self._filled(text, said, pointer)

    def _ask(self, said: Said) -> None:
        said.acts.add(Act.ASK)
        pointer = None
        if self._random.random() < 0.08:
            pointer = self._random.choice(PAIRS)
            said.references.add(Reference.PAIR)
        said.add(self._question(self._property(), said, pointer))
        if self._random.random() < 0.2:
            second = self._property()
            if self._random.random() < 0.5:
                said.asked.add(second.label.name)
                said.add(f" and the {second.spoken}")
            else:
                said.add(self._random.choice([" and ", "? ", ", also "])).add(self._question(second, said, "it"))
                said.references.add(Reference.FOCUS)

    def _find(self, said: Said) -> None:
        said.acts.add(Act.FIND)
        if self._random.random() < 0.12 and self._superlative(said, "the {word} {one}"):
            return
        if self._random.random() < 0.85:
            said.add(self._filled(self._random.choice(FINDS), said) + " ")
        elif self._random.random() < 0.5:
            said.add(self._random.choice([self._one, f"a {self._one}", "something", "one"]) + " ")
        self._wishes(said, self._random.choice([0, 1, 1, 1, 2, 2, 3]))

    def _wishes(self, said: Said, count: int) -> None:
        for at, prop in enumerate(self._random.sample(self._properties, min(count, len(self._properties)))):
            if at:
                said.add(self._random.choice([" and ", ", ", " "]))
            self._wish(prop, said)

    def _wish(self, prop: Property, said: Said) -> None:
        name, held, drawn = prop.label.name, prop.held, self._random
        if drawn.random() < 0.05:
            said.unplaced.append(Wanted(name, Operator.ANY, ""))
            said.add(drawn.choice(ANY).replace("{label}", prop.spoken))
        elif prop.is_boolean:
            negative = bool(held["wish_not"]) and drawn.random() < 0.35
            said.unplaced.append(Wanted(name, Operator.IS, next(v for v in prop.label.values if _is_no(v) == negative)))
            general = [f"with {prop.spoken}", f"that has {prop.spoken}"] if not negative else [f"without {prop.spoken}"]
            said.add(drawn.choice([*held["wish_not" if negative else "wish"], *general]))
        elif "number" in held:
            self._limit(prop, said)
        else:
            self._choice(prop, said)

    def _limit(self, prop: Property, said: Said) -> None:
        drawn = self._random
        operator, words = drawn.choice(
            [(Operator.AT_MOST, LESS_THAN), (Operator.AT_LEAST, MORE_THAN), (Operator.IS, ("", "about ", "exactly "))]
        )
        before = drawn.choice(words)
        comparatives = prop.held.get("less" if operator == Operator.AT_MOST else "more") or []
        comparatives = [word for word in comparatives if word.endswith("er") or word.startswith(("more", "less"))]
        if operator != Operator.IS and comparatives and drawn.random() < 0.4:
            before = f"{drawn.choice(comparatives)} than "
            form = VALUE
        else:
            form = drawn.choice([*prop.held["wish"], VALUE, f"{prop.spoken} {VALUE}", f"a {prop.spoken} of {VALUE}"])
        value = amount(drawn, prop.held, drawn.choice(units(prop.held)))
        first, last = form.split(VALUE)
        said.add(first + before)
        said.pieces.append((value, Wanted(prop.label.name, operator, value)))
        said.add(last)

    def _choice(self, prop: Property, said: Said) -> None:
        drawn = self._random
        values = list(prop.label.values) if drawn.random() < 0.75 else [str(each) for each in prop.held["values"]]
        form = drawn.choice(
            [*prop.held["wish"], *prop.held["wish"], f"{prop.spoken} {VALUE}", f"with {prop.spoken} {VALUE}"]
        )
        first, last = form.split(VALUE) if VALUE in form else (form + " ", "")
        operator = Operator.IS
        if drawn.random() < 0.15:
            operator, form = Operator.NOT, drawn.choice(prop.held.get("not") or [f"{drawn.choice(NOT)}{first}{VALUE}"])
            first, last = form.split(VALUE)
        value = drawn.choice(values)
        said.add(first)
        said.pieces.append((_spoken(value), Wanted(prop.label.name, operator, value)))
        if drawn.random() < 0.12 and len(values) > 1:
            other = drawn.choice([each for each in values if each != value])
            said.add(" or ")
            said.pieces.append((_spoken(other), Wanted(prop.label.name, operator, other)))
        said.add(last)

    def _superlative(self, said: Said, form: str, comparative: bool = False) -> bool:
        """Rank by a property that has words for it; whether there is one."""
        found = [
            (prop, operator, word)
            for prop in self._properties
            for side, operator in (("more", Operator.MOST), ("less", Operator.LEAST))
            for word in prop.held.get(side) or ()
            if _is_comparative(word) == comparative
        ]
        if not found:
            return False
        prop, operator, word = self._random.choice(found)
        said.unplaced.append(Wanted(prop.label.name, operator, ""))
        said.add(self._filled(form.replace("{word}", word), said))
        return True

    def _answer(self, said: Said) -> None:
        prop = self._property()
        said.reply = self._random.choice(QUESTIONS).format(label=prop.spoken)
        said.acts.add(Act.FIND)
        if self._random.random() < 0.15:
            said.unplaced.append(Wanted(prop.label.name, Operator.ANY, ""))
            said.add(self._random.choice(ANY_ANSWERS))
            return
        if prop.is_boolean:
            self._wish(prop, said)
            return
        values = prop.label.values if self._random.random() < 0.6 else self._more_values(prop)
        value = self._random.choice(values)
        said.add(self._random.choice(["", "", "", "I'd like ", "I prefer ", "maybe ", "make it ", "I think "]))
        said.pieces.append((_spoken(value), Wanted(prop.label.name, Operator.IS, value)))
        said.add(self._random.choice(["", "", " please", " would be good", " if possible"]))

    def _more_values(self, prop: Property) -> Sequence[str]:
        if "values" in prop.held:
            return [str(each) for each in prop.held["values"]]
        return [amount(self._random, prop.held, self._random.choice(units(prop.held)))]

    def _refine(self, said: Said) -> None:
        drawn = self._random
        said.acts.add(Act.REFINE)
        if drawn.random() < 0.45:
            forms = (
                "something {word}",
                "do you have a {word} one",
                "anything {word}",
                "a {word} {one} please",
                "{word}",
            )
            if self._superlative(said, drawn.choice(forms), comparative=True):
                return
        if drawn.random() < 0.2:
            excluded = drawn.choice([each for each in self._properties if not each.is_boolean])
            said.unplaced.append(Wanted(excluded.label.name, Operator.NOT, ""))
            said.references.add(Reference.FOCUS)
            said.add(drawn.choice(EXCLUSIONS).replace("{label}", excluded.spoken))
            return
        said.acts.add(Act.FIND)
        said.add(
            drawn.choice(
                [
                    "what about one ",
                    "and ",
                    "actually ",
                    "make it ",
                    "only the ones ",
                    "and what about ",
                    "I'd rather have one ",
                ]
            )
        )
        self._wishes(said, 1)

    def _compare(self, said: Said) -> None:
        drawn = self._random
        said.acts.add(Act.COMPARE)
        if drawn.random() < 0.35:
            pair = drawn.choice(PAIRS)
            said.references.add(Reference.PAIR)
            forms: tuple[str, ...] = (
                f"which of {pair} is {{word}}",
                "is the first or the second {word}",
                f"of {pair}, which one is {{word}}",
            )
            if self._superlative(said, drawn.choice(forms), comparative=True):
                return
            said.references.clear()
        if drawn.random() < 0.6:
            said.references.add(Reference.LIST)
            which = drawn.choice(LISTS)
            forms = (
                "which one is the {word}",
                f"which of {which} is the {{word}}",
                f"the {{word}} of {which}",
                f"of {which} which is {{word}}",
            )
            if self._superlative(said, drawn.choice(forms)):
                return
            said.references.clear()
        said.references.add(drawn.choice([Reference.PAIR, Reference.PLACE]))
        if Reference.PAIR in said.references:
            pair = drawn.choice(PAIRS)
            said.add(drawn.choice(PAIR_COMPARISONS).replace("{pair}", pair))
        else:
            said.add(drawn.choice(PLACE_COMPARISONS))

    def _closed(self, said: Said) -> None:
        act = self._random.choice(list(CLOSED))
        said.acts.add(act)
        if act in (Act.YES, Act.NO, Act.THANKS, Act.GOODBYE) and self._random.random() < 0.6:
            said.reply = self._random.choice(CONFIRMS)
        said.add(self._filled(self._random.choice(CLOSED[act]), said))
        if act == Act.ANOTHER and self._random.random() < 0.35:
            said.acts.add(Act.FIND)
            said.add(" ")
            self._wishes(said, 1)
        if act in (Act.NO, Act.YES) and self._random.random() < 0.3:
            extra = self._random.choice([Act.THANKS, Act.GOODBYE])
            said.acts.add(extra)
            said.add(f", {self._random.choice(CLOSED[extra])}")

    def _correct(self, said: Said) -> None:
        drawn = self._random
        said.references.add(Reference.CORRECTION)
        said.add(
            drawn.choice(
                [
                    "no, I meant ",
                    "sorry, I meant ",
                    "no I mean ",
                    "I said ",
                    "wait, I meant ",
                    "not that, ",
                    "actually I meant ",
                ]
            )
        )
        way = drawn.random()
        prop = self._property()
        if way < 0.35:
            said.acts.add(Act.ASK)
            said.asked.add(prop.label.name)
            said.add(f"the {prop.spoken}")
        elif way < 0.6:
            said.references.add(Reference.PLACE)
            said.add(drawn.choice(["the second one", "the first", "number two", "the last one"]))
        elif way < 0.75:
            said.add(self._filled("the {name}", said))
        else:
            said.acts.add(Act.FIND)
            self._wish(prop, said)

    def _nothing(self, said: Said) -> None:
        said.acts.clear()
        said.pieces.clear()
        said.add(self._random.choice(NOTHING))


def _is_no(value: str) -> bool:
    return value.lower() in ("no", "false")


def _is_comparative(word: str) -> bool:
    return not re.search(r"est\b|^most|^least|^best|^worst", word)


def _spoken(value: str) -> str:
    """A value as people type it: mostly in lower case."""
    return value if any(letter.isdigit() for letter in value) else value.lower() if len(value) % 2 else value
