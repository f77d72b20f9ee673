"""The network's edge: websocket connections, the API key, and the pages served on the same port."""

__all__ = ["serve"]
