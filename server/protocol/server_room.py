"""The bytes that all sessions of a server hold together: half of them are shared out, half are for who needs them."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class ServerRoom:
    """Counts what sessions hold beyond their own shares. Each of `sessions` has the same share, of half of all bytes.

    Takes the most bytes with each call, since it is a setting of the sessions. Belongs to one event loop.
    """

    sessions: int = 1
    _beyond: int = field(init=False, default=0)

    def change(self, before: int, after: int, most_bytes: int) -> None:
        """Note that a session holds so many bytes now, after so many before."""
        self._beyond += self._beyond_share(after, most_bytes) - self._beyond_share(before, most_bytes)

    def fits(self, held: int, needed: int, most_bytes: int) -> bool:
        """Whether a session that holds so many bytes may hold what it needs instead."""
        others = self._beyond - self._beyond_share(held, most_bytes)
        return others + self._beyond_share(needed, most_bytes) <= most_bytes // 2

    def _beyond_share(self, held: int, most_bytes: int) -> int:
        return max(0, held - most_bytes // 2 // self.sessions)
