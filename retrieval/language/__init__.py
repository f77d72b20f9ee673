"""The words of questions and products: normalising, money, units, quantities, sentiment, and names of properties."""

__all__ = ["concepts", "labels", "money", "quantities", "remembering", "sentiment", "units", "vocabulary", "wording"]
