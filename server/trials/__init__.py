"""Test conversations by voice and with a running server: what is said, how it is heard, what failed."""

__all__ = ["kitchen_noise", "remote_assistant", "speaker", "spoken_assistant", "story_picture", "trial"]
