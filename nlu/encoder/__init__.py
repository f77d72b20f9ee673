"""Texts to vectors: the sentence encoder, its weights, and a cache of what it encoded."""
