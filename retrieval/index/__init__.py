"""The index on disk: documents in SQLite, keyword lists, vectors, and the generations that replace each other."""
