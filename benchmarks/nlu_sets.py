"""The public sets on which understanding is measured, read from ../shared/bench into examples."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.data.examples import Example, NluData, Place
from nlu.data.nlu_files import read_nlu, read_nlu_file
from nlu.evaluation.understanding import without_repetitions
from nlu.interpretation import Entity

BENCH = Path(__file__).parents[2] / "shared" / "bench"
OUT_OF_SCOPE = "oos"
FOLDS = 5


@dataclass(frozen=True, slots=True)
class NluSet:
    """Examples to learn from and examples to ask about; with `folds` each of `train` is asked about in its turn.

    `validation` is where the threshold for what is out of scope is chosen; `project` has the listings, if any.
    """

    train: Sequence[Example]
    test: Sequence[Example] = ()
    validation: Sequence[Example] = ()
    folds: int = 0
    project: Path | None = None

    @property
    def sizes(self) -> str:
        """How many examples there are, for a heading."""
        asked = f"{self.folds}-fold" if self.folds else f"{len(self.test)} test"
        return f"{len(self.train)} training, {asked}"


def clinc(file: Path, intents: int | None = None) -> NluSet:
    """A file of CLINC150: trained within scope only; what is out of scope stands after the rest of the other splits."""
    content: dict[str, list[tuple[str, str]]] = json.loads(file.read_text(encoding="utf-8"))
    kept = {*sorted({intent for _, intent in content["train"]})[:intents], OUT_OF_SCOPE}

    def examples(*names: str) -> list[Example]:
        pairs = (pair for name in names for pair in content[name])
        return [Example(text, intent, Place(file, 1)) for text, intent in pairs if intent in kept]

    return NluSet(examples("train"), examples("test", "oos_test"), examples("val", "oos_val"))


def snips(folder: Path) -> NluSet:
    """SNIPS 2017: the full training files, and the validation files as the test that everybody reports."""
    train, test = sorted(folder.glob("*/train_*_full.json")), sorted(folder.glob("*/validate_*.json"))
    return NluSet(
        [example for file in train for example in snips_file(file)],
        [example for file in test for example in snips_file(file)],
    )


def snips_file(file: Path) -> list[Example]:
    """The examples of one intent; one file has an emoji as two halves of UTF-16, each in UTF-8."""
    halves = file.read_bytes().decode("utf-8", "surrogatepass")
    described = json.loads(halves.encode("utf-16", "surrogatepass").decode("utf-16"))
    return [
        _snips_example(each["data"], intent, Place(file, 1))
        for intent, entries in described.items()
        for each in entries
    ]


def _snips_example(pieces: Sequence[dict[str, Any]], intent: str, place: Place) -> Example:
    """Pieces of text joined; white space around the text and around entities is no part of them."""
    text, entities = "", []
    for piece in pieces:
        written = " ".join(piece["text"].split("\n"))
        bare = written.strip()
        begin = len(text) + written.find(bare)
        text += written
        if "entity" in piece and bare:
            entities.append((piece["entity"], begin, begin + len(bare)))
    shift = len(text) - len(text.lstrip())
    found = (Entity(name, text[begin:end], begin - shift, end - shift, "") for name, begin, end in entities)
    return Example(text.strip(), intent, place, tuple(found))


def hwu64(folder: Path) -> NluSet:
    """The one fold of the HWU NLU-Benchmark that is there, in Rasa's JSON."""
    fold = folder / "CrossValidation/out4RasaReal/rasa_json_2018_03_22-13_01_25_169_80Train/CrossValidation/KFold_1"
    (train,), (test,) = (list((fold / name).glob("*.json")) for name in ("merged", "mergedTestset"))
    return NluSet(read_nlu_file(train).examples, read_nlu_file(test).examples)


def project(folder: Path) -> NluSet:
    """A Rasa project's own examples, by cross-validation with its synonyms, lookup tables and patterns."""
    return NluSet(without_repetitions(read_nlu(folder / "data").examples), folds=FOLDS, project=folder)


def listings_of(given: NluSet) -> NluData:
    """The synonyms, lookup tables and patterns that come with the set."""
    return read_nlu(given.project / "data") if given.project else NluData()


SETS: dict[str, tuple[Callable[[Path], NluSet], Path]] = {
    "CLINC150 full": (clinc, BENCH / "nlu/clinc150/data_full.json"),
    "CLINC150 small": (clinc, BENCH / "nlu/clinc150/data_small.json"),
    "SNIPS 2017": (snips, BENCH / "nlu/snips2017"),
    "HWU64": (hwu64, BENCH / "nlu/hwu64_rasa"),
    "carbon-bot": (project, BENCH / "rasa_projects/carbon-bot"),
    "financial-demo": (project, BENCH / "rasa_projects/financial-demo"),
    "helpdesk-assistant": (project, BENCH / "rasa_projects/helpdesk-assistant"),
}


def read_set(name: str) -> NluSet:
    """A set by its name; raises SystemExit where its data are absent."""
    read, path = SETS[name]
    if not path.exists():
        raise SystemExit(f"the benchmark data are absent: {path}")
    return read(path)
