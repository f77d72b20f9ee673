"""Meaning to reply: rules, stories, forms and slots of a Rasa project, run in this process."""
