"""The small shop that tests of retrieval read, for benchmarks that read a folder of knowledge."""

from tests.retrieval.conftest import knowledge

__all__ = ["knowledge"]
