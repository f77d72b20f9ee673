"""Vectors to intents and entities: the heads of the joint model, their training, and their files."""

__all__ = ["entity_head", "intent_head", "joint_model", "linear", "listed_texts", "trainer"]
