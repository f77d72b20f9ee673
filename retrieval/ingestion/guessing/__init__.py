"""Columns of a stranger's table to our own fields: guessed from their names and their values."""

__all__ = ["column_names", "column_values", "guess", "known_names", "spec_columns"]
