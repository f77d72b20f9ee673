"""From a project to a trained model, with Rasa's own trainer."""
