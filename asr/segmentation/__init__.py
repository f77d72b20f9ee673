"""A stream of samples to utterances: voice activity, pauses, and the end of a turn."""

__all__ = ["chunker", "end_of_turn", "pauses", "speech_events", "vad", "vad_segmenter"]
