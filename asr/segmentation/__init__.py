"""A stream of samples to utterances: voice activity, pauses, and the end of a turn."""
