"""HTTP on the port of the sockets: health, the page, and the requests of the OpenAI API that need no socket."""

__all__ = ["application", "door", "listener", "slots"]
