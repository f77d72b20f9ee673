"""Audio features to tokens: windows, the search for the text, and the rules that bound it."""

__all__ = [
    "guided_search",
    "phrase_bias",
    "repetition",
    "sentence_model",
    "timestamps",
    "token_rules",
    "token_search",
    "window",
]
