"""Passages for a question: by keywords (BM25), by meaning, and both fused; and questions to begin with."""

__all__ = ["retriever", "similar_words", "smoke_test", "suggestions"]
