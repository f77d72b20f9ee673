"""Audio features to tokens: windows, the search for the text, and the rules that bound it."""

__all__ = ["phrase_bias", "repetition", "timestamps", "token_rules", "token_search", "window"]
