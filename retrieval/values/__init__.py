"""Values that records state: kept by label, looked up in a text, and tested by the database."""

__all__ = ["value_index", "value_keys"]
