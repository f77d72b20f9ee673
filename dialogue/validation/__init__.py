"""What Rasa finds wrong with a project, as findings with file, line and fix."""

__all__ = ["rasa_components", "rasa_errors", "rasa_validator"]
