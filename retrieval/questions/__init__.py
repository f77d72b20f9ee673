"""A question as it is understood before anything is looked up: its parts, the products it names, and its wishes."""

__all__ = ["question_parts", "question_reading", "wishes"]
