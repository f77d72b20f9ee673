"""Reads a YAML list entry by entry, each with its line."""

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import yaml

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.text_files import whole_text
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.rows.row import Row

MAX_ENTRY = 2**24
"""Characters of one entry with all that its aliases repeat."""
_VALUE = 64  # characters that a value counts for in addition to its own


def yaml_rows(file: TextIO, path: Path) -> Iterator[Row | Rejected]:
    """One row for each entry of the list that the file is; nothing for an empty file.

    Raises CorpusError where the file is not YAML: then none of it can be read.
    """
    text = whole_text(file, path)
    try:
        loader = yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = f"not YAML (the character U+{error.character:04X} is not allowed); take it out"
        raise CorpusError(f"{path}:{line}", problem, "not YAML") from error
    try:
        root = loader.get_single_node()
        if root is None:
            return
        if not isinstance(root, yaml.SequenceNode):
            raise CorpusError(f"{path}:1", "not a list; write `- ` before each entry")
        sizes: dict[int, int] = {}
        for node in root.value:
            place = f"{path}:{node.start_mark.line + 1}"
            if _size(node, sizes) > MAX_ENTRY:
                yield Rejected(place, "too large with all that its aliases (`*`) repeat; write it without", "too large")
                continue
            try:
                yield Row.of(loader.construct_document(node), place)
            except CorpusError as error:
                yield Rejected.of(error)
            except ValueError as error:  # of a date such as 2024-02-30
                problem = f"a value that cannot be ({error}); correct it, or put it in quotes"
                yield Rejected(place, problem, "not YAML")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CorpusError(f"{path}:{line}", f"not YAML ({error.problem}); correct the line", "not YAML") from error
    except RecursionError as error:
        raise CorpusError(f"{path}:1", "not YAML (nested too deep); correct the file", "not YAML") from error
    finally:
        loader.dispose()


def _size(node: yaml.Node, sizes: dict[int, int]) -> int:
    """The characters of a node, those of an alias each time that it stands there; more than allowed where it stands in
    itself. `sizes` keeps those of the nodes so far.
    """
    known = sizes.get(id(node))
    if known is not None:
        return known
    sizes[id(node)] = MAX_ENTRY + 1
    inside = node.value if isinstance(node, yaml.SequenceNode) else ()
    if isinstance(node, yaml.MappingNode):
        inside = [part for pair in node.value for part in pair]
    own = len(node.value) if isinstance(node, yaml.ScalarNode) else 0
    size = sizes[id(node)] = min(_VALUE + own + sum(_size(part, sizes) for part in inside), MAX_ENTRY + 1)
    return size
