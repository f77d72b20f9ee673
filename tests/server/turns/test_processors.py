"""Sharing the processors out."""

from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from server.turns.processors import multiply_on


@pytest.fixture
def libraries() -> Iterator[ThreadpoolController]:
    """The libraries that NumPy multiplies with, set to two threads; put back in the end."""
    assert np.eye(2) is not None  # imported, so that its library is there
    libraries = ThreadpoolController().select(user_api="blas")
    with libraries.limit(limits=2):
        yield libraries


def threads_of(libraries: ThreadpoolController) -> set[int]:
    return {library["num_threads"] for library in libraries.info()}


def test_a_product_takes_as_many_threads_as_it_may(libraries: ThreadpoolController) -> None:
    multiply_on(1)
    assert threads_of(libraries) == {1}


def test_none_leaves_what_is_set(libraries: ThreadpoolController) -> None:
    before = threads_of(libraries)
    multiply_on(None)
    assert threads_of(libraries) == before
