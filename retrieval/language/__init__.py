"""The words of questions and products: normalising, money, units, quantities, sentiment, and names of properties."""
