"""How well speech is recognised: word errors against known texts, in rooms and in noise."""

__all__ = ["acoustics", "recognition"]
