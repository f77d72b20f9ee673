"""A question as it is understood before anything is looked up: its parts, the products it names, and its wishes."""

__all__ = ["product_resolution", "question_parts", "question_reading", "wishes"]
