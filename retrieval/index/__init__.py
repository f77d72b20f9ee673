"""The index on disk: documents in SQLite, keyword lists, vectors, and the generations that replace each other."""

__all__ = [
    "catalogue",
    "filter_columns",
    "fts_tokens",
    "index_folder",
    "index_update",
    "manifest",
    "name_index",
    "postings",
    "vectors",
]
