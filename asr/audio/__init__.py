"""Sound as samples: reading files, changing the sampling rate, and the codecs of the wire."""

__all__ = ["audio_files", "containers", "resampler", "sample_codec", "signal_processing"]
