"""YAML as nodes that know their lines; values stay the texts that stand in the file."""

from collections.abc import Iterator
from pathlib import Path

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from nlu.data.examples import Listed, Place
from nlu.errors import NluError

# What the parser says, and what most often helps.
CURES = {
    "tab character": "indent with spaces, not tabs",
    "cannot start any token": "indent with spaces, not tabs, and put text that begins with a sign such as @ in quotes",
    "mapping values are not allowed": "put the text that contains a colon in quotes",
    "did not find expected key": "line this entry up with the ones above it",
    "did not find expected '-' indicator": "line this entry up with the ones above it, or begin it with a dash",
    "did not find expected ',' or": "close the bracket of this list or mapping",
    "unexpected end of stream": "close the quotation mark",
}


class DataError(NluError):
    """A file that cannot be read; `place` says where, the message begins with it and ends with what to do."""

    def __init__(self, place: Place, problem: str, cure: str) -> None:
        super().__init__(f"{place}: {problem}: {cure}")
        self.place = place
        self.problem = problem
        self.cure = cure


def read_text(file: Path) -> str:
    """The file's text; raises DataError when it is no UTF-8 or cannot be opened."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise DataError(Place(file, line), "is not written in UTF-8", "save the file in UTF-8") from error
    except OSError as error:
        raise DataError(Place(file, 1), f"cannot be read ({error.strerror})", "check the path") from error


def read_nodes(file: Path) -> Node | None:
    """The root of a YAML file, None when it is empty; raises DataError, which names the line."""
    try:
        # The loader in C, where PyYAML has it: ten times faster.
        return yaml.compose(read_text(file), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "is not valid YAML"
        cure = next((cure for sign, cure in CURES.items() if sign in problem), "check the signs around this line")
        raise DataError(Place(file, mark.line + 1 if mark else 1), problem, cure) from error
    except yaml.YAMLError as error:
        raise DataError(Place(file, 1), f"is not valid YAML ({error})", "remove what is no text") from error


def place_of(node: Node, file: Path) -> Place:
    """Where a node begins."""
    return Place(file, node.start_mark.line + 1)


def entries(node: Node | None) -> Iterator[tuple[ScalarNode, Node]]:
    """The keys and values of a mapping; nothing of any other node."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield key, value


def child(node: Node | None, name: str) -> Node | None:
    """The value of a key, None where there is none."""
    return next((value for key, value in entries(node) if key.value == name), None)


def items(node: Node | None) -> list[Node]:
    """The members of a list; none of any other node."""
    return list(node.value) if isinstance(node, SequenceNode) else []


def scalar(node: Node | None) -> str:
    """The text of a scalar as it stands in the file, empty for any other node."""
    return str(node.value) if isinstance(node, ScalarNode) else ""


def is_null(node: Node | None) -> bool:
    """Whether there is no value, or one that is written as none."""
    return node is None or node.tag == "tag:yaml.org,2002:null"


def lines(node: Node | None, file: Path) -> Iterator[Listed]:
    """The lines of a text; each knows its own line where the text is a block after `|`."""
    if not isinstance(node, ScalarNode):
        return
    begin = place_of(node, file)
    for number, line in enumerate(node.value.splitlines(), 1):
        yield Listed(line, Place(file, begin.line + number) if node.style == "|" else begin)
