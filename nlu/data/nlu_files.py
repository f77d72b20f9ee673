"""Reads Rasa's NLU data, YAML (3.x) and JSON (1.x), and remembers the line of everything."""

import bisect
import codecs
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from yaml import Node, ScalarNode

from nlu.data.entity_markup import MarkupError, parse_markup
from nlu.data.examples import Example, Listed, Listing, ListingKind, NluData, Place
from nlu.data.yaml_nodes import DataError, child, items, lines, place_of, read_nodes, read_text, scalar
from nlu.interpretation import Entity

YAML_ENDINGS = (".yml", ".yaml")
JSON_ENDING = ".json"
DATA_ENDINGS = (*YAML_ENDINGS, JSON_ENDING)
LISTINGS: tuple[ListingKind, ...] = ("synonym", "lookup", "regex")
# By these Rasa knows training data in JSON: its own, and that of LUIS, wit.ai and Dialogflow.
JSON_SIGNS = re.compile('"(rasa_nlu_data|luis_schema_version|utterances|supportedLanguages|isEnum)"')
BLANKS = "\n\r "

Read = TypeVar("Read")


def read_nlu(*paths: Path) -> NluData:
    """Everything in files, and in all YAML and JSON files below folders; files with other content are passed by.

    Raises DataError, which names file, line and what to do.
    """
    data = NluData()
    for file in data_files(*paths):
        data += read_nlu_file(file)
    return data


def data_files(*paths: Path) -> list[Path]:
    """The files that may hold training data, in Rasa's order; a file that is found in several ways is listed once."""
    found = {file for path in paths for file in files_below(path) if file == path or file.suffix in DATA_ENDINGS}
    return list({file.resolve(): file for file in sorted(found, key=str, reverse=True)}.values())[::-1]


def files_below(path: Path) -> list[Path]:
    """The file itself, or all files below the folder as Rasa finds them: behind links, too, and in hidden folders."""
    if not path.is_dir():
        return [path]
    walk = os.walk(path, followlinks=True)
    files = (Path(folder, name) for folder, _, names in walk for name in names)
    return [file for file in files if file.is_file()]


def read_nlu_file(file: Path) -> NluData:
    """Everything in one file; raises DataError."""
    return _read_json(file) if file.suffix == JSON_ENDING else _read_yaml(file)


def require_json(file: Path) -> None:
    """Raise DataError for training data in JSON that is none: Rasa would leave it out without a word."""
    _parsed(file, read_text(file))


def _read_yaml(file: Path) -> NluData:
    examples: list[Example] = []
    listings: list[Listing] = []
    for block in items(child(read_nodes(file), "nlu")):
        if intent := scalar(child(block, "intent")).strip():
            examples += _intent(intent, child(block, "examples"), file)
        for kind in LISTINGS:
            if (name := child(block, kind)) is not None:
                listings.append(_listing(kind, name, child(block, "examples"), file))
    return NluData(tuple(examples), tuple(listings))


def _intent(intent: str, node: Node | None, file: Path) -> Iterator[Example]:
    for listed in _annotated(node, file):
        try:
            text, entities = parse_markup(listed.text)
        except MarkupError as error:
            raise DataError(
                listed.place, f"intent {intent} has an annotation that cannot be read", str(error)
            ) from error
        yield _example(text, intent, listed.place, entities)


def _annotated(node: Node | None, file: Path) -> Iterator[Listed]:
    """The examples as written: a block of lines with dashes, or a list of mappings with a `text`."""
    if isinstance(node, ScalarNode):
        yield from _dashed(node, file)
    for item in items(node):
        text = child(item, "text")
        if text is not None and scalar(text).strip(BLANKS):
            yield Listed(scalar(text).strip(BLANKS), place_of(text, file))


def _dashed(node: Node | None, file: Path) -> Iterator[Listed]:
    """The lines that begin with a dash; Rasa passes the others by, too."""
    for line in lines(node, file):
        if line.text.startswith("-") and (text := line.text[1:].strip(BLANKS)):
            yield Listed(text, line.place)


def _example(text: str, label: str, place: Place, entities: tuple[Entity, ...]) -> Example:
    intent, _, response_key = label.partition("/")
    return Example(text, intent, place, entities, response_key)


def _listing(kind: ListingKind, name: Node, node: Node | None, file: Path) -> Listing:
    return Listing(kind, scalar(name), tuple(_dashed(node, file)), place_of(name, file))


def _parsed(file: Path, content: str) -> Any:
    """None where broken JSON has no sign of training data; raises DataError where it has."""
    try:
        parsed = json.loads(content)
    except json.JSONDecodeError as error:
        if not JSON_SIGNS.search(content):
            return None
        raise DataError(Place(file, error.lineno), f"is not valid JSON ({error.msg})", "mend this line") from error
    if JSON_SIGNS.search(content) and file.read_bytes().startswith(codecs.BOM_UTF8):
        raise DataError(Place(file, 1), "begins with a byte order mark, which is no JSON", "save the file without it")
    return parsed


def _read_json(file: Path) -> NluData:
    content = read_text(file)
    parsed = _parsed(file, content)
    if not isinstance(parsed, dict) or "rasa_nlu_data" not in parsed:
        return NluData()
    reader = _JsonReader(file, content)
    examples = list(reader.each("common_examples", _json_example))  # other examples are nothing to Rasa 3
    listings = [listing for name, read in JSON_LISTINGS.items() for listing in reader.each(name, read)]
    return NluData(tuple(examples), tuple(listings))


class _JsonReader:
    """The objects of the named lists in a JSON text, with their lines, which `json` itself does not tell."""

    def __init__(self, file: Path, content: str) -> None:
        self._file = file
        self._content = content
        self._line_ends = [match.start() for match in re.finditer("\n", content)]
        self._decoder = json.JSONDecoder()

    def each(self, name: str, read: Callable[[dict[str, Any], Place], Read]) -> Iterator[Read]:
        """What `read` makes of each object in the list called `name`; raises DataError where it cannot."""
        begin = re.search(rf'"{name}"\s*:\s*\[', self._content)
        position = begin.end() if begin else len(self._content)
        while (position := self._next(position)) < len(self._content) and self._content[position] != "]":
            place = Place(self._file, bisect.bisect_left(self._line_ends, position) + 1)
            described, position = self._decoder.raw_decode(self._content, position)
            try:
                yield read(described, place)
            except (KeyError, TypeError, AttributeError) as error:
                raise DataError(
                    place, f"an entry of {name} lacks {error}", "write it as Rasa's format has it"
                ) from error

    def _next(self, position: int) -> int:
        match = re.compile(r"[\s,]*").match(self._content, position)
        return match.end() if match else position


def _json_example(described: dict[str, Any], place: Place) -> Example:
    text = described["text"]
    entities = tuple(_json_entity(entity, text) for entity in described.get("entities") or ())
    return _example(text, (described.get("intent") or "").strip(), place, entities)


def _json_entity(described: dict[str, Any], text: str) -> Entity:
    start, end = int(described["start"]), int(described["end"])
    value = str(described.get("value", text[start:end]))
    return Entity(described["entity"], value, start, end, "", role=described.get("role"), group=described.get("group"))


def _json_synonym(described: dict[str, Any], place: Place) -> Listing:
    return _json_listing("synonym", described["value"], described["synonyms"], place)


def _json_lookup(described: dict[str, Any], place: Place) -> Listing:
    elements = described["elements"]
    return _json_listing("lookup", described["name"], elements if isinstance(elements, list) else [elements], place)


def _json_regex(described: dict[str, Any], place: Place) -> Listing:
    return _json_listing("regex", described["name"], [described["pattern"]], place)


def _json_listing(kind: ListingKind, name: str, texts: list[str], place: Place) -> Listing:
    return Listing(kind, name, tuple(Listed(text, place) for text in texts), place)


JSON_LISTINGS: dict[str, Callable[[dict[str, Any], Place], Listing]] = {
    "entity_synonyms": _json_synonym,
    "lookup_tables": _json_lookup,
    "regex_features": _json_regex,
}
