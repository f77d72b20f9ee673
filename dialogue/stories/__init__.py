"""Conversations as tests: read from Rasa's files, held with an assistant, and reported with the stage that failed."""

__all__ = ["story", "story_files", "story_reports", "story_runs", "tested_assistant", "turn_checks"]
