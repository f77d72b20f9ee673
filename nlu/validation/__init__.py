"""What is wrong with training data: findings with their place and the fix."""

__all__ = ["annotations", "confusions", "duplicates", "findings", "inventory", "overlaps"]
