"""How well texts are understood: intents, entities, scope and confidences against annotated examples."""

__all__ = ["measures", "understanding"]
