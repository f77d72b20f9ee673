"""A trained model in this process: interpreting, replying, and the actions it runs."""

__all__ = ["answer_actions", "conversations", "rasa_nlu", "rasa_runtime", "smoke_test"]
