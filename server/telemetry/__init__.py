"""Figures to watch a server by: what is counted and timed, and how it is shown."""

__all__ = ["meter", "recent_meter", "turn_watch"]
