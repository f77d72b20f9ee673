"""Passages for a question: by keywords (BM25), by meaning, and both fused."""
