"""Rasa's NLU training data as typed examples that know their file and line."""
