"""Texts to vectors: the sentence encoder, its weights, and a cache of what it encoded."""

__all__ = ["bert", "encoding_cache", "sentence_encoder", "weights"]
