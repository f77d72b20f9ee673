"""A trained model in this process: interpreting, replying, and the actions it runs."""
