"""Whisper's weights and layers: reading them, checking them, and computing in the processor's best format."""

__all__ = ["audio_encoder", "checkpoint", "numerics", "text_decoder"]
