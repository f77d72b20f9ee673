"""Vectors to intents and entities: the heads of the joint model, their training, and their files."""
