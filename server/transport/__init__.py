"""The network's edge: the port, its websocket connections, and what waits to be sent on them."""

__all__ = ["serve"]
