"""A client of the server: for the command line, the demo and the benchmarks."""

__all__ = ["demo", "realtime_client", "reloading", "talk", "wav_files"]
