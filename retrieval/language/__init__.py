"""The words of questions and products: normalising, money, units, quantities, sentiment, and names of properties."""

__all__ = ["concepts", "money", "quantities", "remembering", "sentiment", "units", "vocabulary", "wording"]
