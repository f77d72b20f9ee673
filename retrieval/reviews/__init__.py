"""What is said of a product in sentences, by its reviews and by its description, and whether that is praise."""

__all__ = ["judgements", "opinions", "statements"]
