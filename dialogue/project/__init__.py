"""A Rasa project as files: where it keeps what, read without importing Rasa."""
