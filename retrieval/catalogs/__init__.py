"""Whole catalogues: the same product in two of them, merging them, and placing products in a taxonomy."""

__all__ = ["matching", "merging", "taxonomy"]
