"""From a project to a trained model, with Rasa's own trainer."""

__all__ = ["incremental_training", "kept_examples", "rasa_trainer"]
