"""The town that searches go through."""

from collections.abc import Iterator

import pytest

from retrieval.index.catalogue import Catalogue
from tests.retrieval.selection.places import town


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    with town(tmp_path_factory.mktemp("town") / "generation-1") as opened:
        yield opened
