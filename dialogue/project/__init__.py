"""A Rasa project as files: where it keeps what, read without importing Rasa."""

__all__ = ["action_sources", "project_files", "project_modules", "rasa_project"]
