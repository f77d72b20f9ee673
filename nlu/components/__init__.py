"""The heads as Rasa graph components, named by module path in a config.yml."""

__all__ = ["services", "spacy_amounts", "spacy_model"]
