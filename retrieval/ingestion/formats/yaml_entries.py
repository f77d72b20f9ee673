"""Reads a YAML list entry by entry, each with its line."""

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import yaml

from retrieval.errors import CorpusError
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.rows.row import Row


def yaml_rows(file: TextIO, path: Path) -> Iterator[Row | Rejected]:
    """One row for each entry of the list that the file is; nothing for an empty file.

    Raises CorpusError where the file is not YAML: then none of it can be read.
    """
    text = file.read()
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
        for node in root.value:
            place = f"{path}:{node.start_mark.line + 1}"
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
