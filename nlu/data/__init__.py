"""Rasa's NLU training data as typed examples that know their file and line."""

__all__ = ["entity_markup", "examples", "nlu_files", "yaml_nodes"]
