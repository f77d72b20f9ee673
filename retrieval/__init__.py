"""Question in, quotable passages and answers out: product knowledge in SQLite and FAISS."""
