"""What Rasa finds wrong with a project, as findings with file, line and fix."""
