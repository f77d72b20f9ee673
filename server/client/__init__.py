"""A client of the server: for the command line, the demo and the benchmarks."""

__all__ = ["demo", "reloading", "talk", "wav_files"]
