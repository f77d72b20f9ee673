"""One row of a source file: its values cleansed, typed and named as our own fields, or why it is left out."""

__all__ = ["cleansing", "fields", "html_text", "rejection", "row", "transforms", "variants"]
