"""Whole commands measured, from sound to meaning: which are understood, and which stage failed with the others."""

__all__ = ["speech_report", "spoken_commands"]
