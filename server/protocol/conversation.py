"""The items of a conversation: what was said and written on both sides, in order."""

from bisect import bisect, bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from dialogue.client_tools import ToolOutput
from server.options import LimitOptions
from server.protocol.items import Item
from server.tools.tool_calls import ToolCalls, UnknownCall
from server.wire.messages import ErrorCode, ProtocolError

KEPT_AUDIO_ITEMS = 20
"""The last items with audio, whose audio is kept."""

# So many times can an item be put between the same two before all keys are given anew.
_GAP = 1 << 256


class _Place:
    """An item's place: its neighbours, and a key that grows along the order."""

    __slots__ = ("item", "key", "next", "previous", "settled", "text_bytes")

    def __init__(self, item: Item, key: int, previous: "_Place | None" = None, after: "_Place | None" = None) -> None:
        self.item = item
        self.key = key
        self.previous: _Place = previous or self
        self.next: _Place = after or self
        self.settled = False
        self.text_bytes = 0


@dataclass(slots=True)
class ServerRoom:
    """Counts what all sessions of a server hold beyond their own shares.

    Each of `sessions` has the same share, of half of all bytes; the other half is for who needs it.

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


class Conversation:
    """The ordered items of one session; ids are unique. No call takes longer the more items there are, but a loop.

    The audio of the last items is kept, as many as there is room for. Not thread-safe.
    """

    def __init__(self, limits: LimitOptions) -> None:
        self.tool_calls = ToolCalls()
        self._limits = limits
        self._places: dict[str, _Place] = {}
        self._ends = _Place(Item(""), 0)  # the last one is before it, the first one after it
        self._unanswered: list[_Place] = []  # in order
        self._replies: list[_Place] = []  # in order, finished ones only
        self._with_audio: dict[str, int] = {}  # bytes of audio by item, the oldest first
        self._bytes = 0
        self._audio_bytes = 0
        self._reserved_bytes = 0
        self._room: ServerRoom | None = None
        self._counted_bytes = 0  # of these, in the server's room

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Item]:
        place = self._ends.next
        while place is not self._ends:
            yield place.item
            place = place.next

    def get(self, item_id: str) -> Item | None:
        """Find the item of that id, or None."""
        place = self._places.get(item_id)
        return place.item if place else None

    def in_order(self, item_ids: Iterable[str]) -> list[Item]:
        """Find the items of these ids, in the order of the conversation; unknown ids are left out."""
        places = [place for item_id in item_ids if (place := self._places.get(item_id))]
        return [place.item for place in sorted(places, key=_key)]

    def previous_id(self, item_id: str) -> str | None:
        """Find the id of the item before this one; None for the first."""
        return self._places[item_id].previous.item.id or None

    def next_id(self, item_id: str) -> str | None:
        """Find the id of the item after this one; None for the last."""
        return self._places[item_id].next.item.id or None

    @property
    def last_id(self) -> str | None:
        """The id of the last item, or None."""
        return self._ends.previous.item.id or None

    # Room ----------------------------------------------------------------------------------------------------------

    @property
    def held_bytes(self) -> int:
        """What the items and the reservations take, in bytes."""
        return self._bytes + self._audio_bytes + self._reserved_bytes

    def check_room(self, more_bytes: int = 0) -> None:
        """Check that one more item of so many bytes fits, if old audio goes.

        Raises:
            ProtocolError: it does not.
        """
        items, most_bytes = self._limits.max_items, self._limits.max_session_bytes
        if len(self._places) >= items:
            raise ProtocolError(
                ErrorCode.CONVERSATION_FULL,
                f"The conversation has {len(self._places)} items, and at most {items} are kept: "
                "delete some with conversation.item.delete, or connect again.",
            )
        needed_bytes = self._bytes + self._reserved_bytes + more_bytes
        if not self._is_room_for(needed_bytes):
            raise ProtocolError(
                ErrorCode.BUSY,
                f"All sessions together hold nearly {self._limits.max_server_bytes} bytes, the most of this server: "
                "send it again shortly, send less, or delete items with conversation.item.delete.",
            )
        if needed_bytes > most_bytes:
            raise ProtocolError(
                ErrorCode.CONVERSATION_FULL,
                f"With this item the session would hold {needed_bytes} bytes, and at most {most_bytes} are kept: "
                "send less, or delete items with conversation.item.delete.",
            )

    def reserve(self, more_bytes: int) -> None:
        """Count so many bytes that are needed for an item in addition to it; a negative number gives them back."""
        self._reserved_bytes += more_bytes
        self._count()

    def enter(self, room: ServerRoom) -> None:
        """Count what the conversation holds among what all sessions hold."""
        self._room = room
        self._count()

    def leave(self) -> None:
        """Count it no longer: its session has ended."""
        if self._room is not None:
            self._room.change(self._counted_bytes, 0, self._limits.max_server_bytes)
        self._room, self._counted_bytes = None, 0

    def _count(self) -> None:
        if self._room is not None:
            self._room.change(self._counted_bytes, self.held_bytes, self._limits.max_server_bytes)
            self._counted_bytes = self.held_bytes

    def _is_room_for(self, needed_bytes: int) -> bool:
        most_bytes = self._limits.max_server_bytes
        return self._room is None or self._room.fits(self._counted_bytes, needed_bytes, most_bytes)

    # Changes -------------------------------------------------------------------------------------------------------

    def insert(self, item: Item, previous_item_id: str | None = None, *, by_response: bool = False) -> None:
        """Put `item` after the item named, first for `root`, last for None or an empty id.

        `by_response`: a response made it, in this session or in one before.

        Raises:
            ProtocolError: the item's id is taken, there is no item of the previous id, no call for an output, or no
                room.
        """
        self.outputs_among([item])
        if item.id in self._places:
            raise ProtocolError(
                ErrorCode.ITEM_EXISTS, f"Error adding item: an item with id '{item.id}' already exists.", "item.id"
            )
        if not previous_item_id:
            previous = self._ends.previous
        elif previous_item_id == "root":
            previous = self._ends
        elif previous_item_id in self._places:
            previous = self._places[previous_item_id]
        else:
            raise ProtocolError(
                ErrorCode.PREVIOUS_ITEM_MISSING,
                f"Error adding item: the previous item with id '{previous_item_id}' does not exist.",
                "previous_item_id",
            )
        self.check_room(item.text_bytes + item.audio_bytes)
        place = self._link(item, previous)
        self.tool_calls.added(item.id, item.type, item.extra, by_response=by_response)
        if item.role == "assistant":
            # What a client restores: the messages before it are history.
            del self._unanswered[: bisect(self._unanswered, place.key, key=_key)]
        self.settle(item)
        if item.role == "user" and not (self._replies and self._replies[-1].key > place.key):
            insort(self._unanswered, place, key=_key)

    def append_reply(self, item: Item) -> None:
        """Put a reply that is only begun at the end; what it does not answer stays unanswered."""
        self._link(item, self._ends.previous)
        self.tool_calls.added(item.id, item.type, item.extra, by_response=True)

    def settle(self, item: Item) -> None:
        """Count what a finished item holds now, and drop the audio of the oldest for which there is no room."""
        place = self._places.get(item.id)
        if place is None or place.item is not item:
            return  # a client has deleted the reply that was being made
        if item.role == "assistant" and not place.settled:
            insort(self._replies, place, key=_key)
        place.settled = True
        self._bytes += item.text_bytes - place.text_bytes
        place.text_bytes = item.text_bytes
        self._count_audio(item)
        while len(self._with_audio) > KEPT_AUDIO_ITEMS or (
            self._with_audio
            and (self.held_bytes > self._limits.max_session_bytes or not self._is_room_for(self.held_bytes))
        ):
            oldest = self._places[next(iter(self._with_audio))].item
            oldest.forget_audio()
            self._count_audio(oldest)
        self._count()

    def settle_id(self, item_id: str) -> None:
        """Settle the item of that id, if there is one."""
        if item := self.get(item_id):
            self.settle(item)

    def _count_audio(self, item: Item) -> None:
        self._audio_bytes += item.audio_bytes - self._with_audio.get(item.id, 0)
        if item.audio_bytes:
            self._with_audio[item.id] = item.audio_bytes
        else:
            self._with_audio.pop(item.id, None)

    def delete(self, item_id: str) -> None:
        """Take the item out, if there is one of that id."""
        place = self._places.pop(item_id, None)
        if place is None:
            return
        place.previous.next, place.next.previous = place.next, place.previous
        self.tool_calls.removed(item_id)
        self._bytes -= place.text_bytes
        self._audio_bytes -= self._with_audio.pop(item_id, 0)
        _remove(self._unanswered, place)
        _remove(self._replies, place)
        self._count()

    # Function calls ------------------------------------------------------------------------------------------------

    def outputs_among(self, items: Sequence[Item]) -> tuple[ToolOutput, ...]:
        """Return what functions of the client's returned, among items that are no part of the conversation yet.

        Raises:
            ProtocolError: the call of an output is neither among them nor in the conversation.
        """
        try:
            return self.tool_calls.outputs_among([(item.type, item.extra) for item in items])
        except UnknownCall as error:
            raise ProtocolError(ErrorCode.UNKNOWN_TOOL_CALL, str(error), "item.call_id") from None

    # Answers -------------------------------------------------------------------------------------------------------

    def unanswered(self) -> tuple[str, ...]:
        """Find the ids of the user's messages that neither a response nor a restored reply after them has answered."""
        return tuple(place.item.id for place in self._unanswered)

    def mark_answered(self, item_id: str) -> None:
        """Note that a response has answered the message, though it may have had nothing to say."""
        if place := self._places.get(item_id):
            _remove(self._unanswered, place)

    # Order ---------------------------------------------------------------------------------------------------------

    def _link(self, item: Item, previous: _Place) -> _Place:
        after = previous.next
        if previous is self._ends:
            key = after.key - _GAP
        elif after is self._ends:
            key = previous.key + _GAP
        else:
            if after.key - previous.key < 2:
                self._spread_keys()
            key = (previous.key + after.key) // 2
        place = _Place(item, key, previous, after)
        previous.next = after.previous = place
        self._places[item.id] = place
        return place

    def _spread_keys(self) -> None:
        place, key = self._ends.next, 0
        while place is not self._ends:
            key += _GAP
            place.key, place = key, place.next


@dataclass(frozen=True, slots=True)
class Opening:
    """The conversation that a session goes on with: its items so far, and the token with which it can go on later."""

    conversation_id: str
    items: Conversation
    resume_token: str | None = None
    resumed: bool = False

    def wire(self) -> dict[str, Any]:
        """Write what the client has to know, as JSON."""
        about = {"conversation_id": self.conversation_id, "resumed": self.resumed, "items": len(self.items)}
        return about if self.resume_token is None else {**about, "resume_token": self.resume_token}


def _key(place: _Place) -> int:
    return place.key


def _remove(places: list[_Place], place: _Place) -> None:
    at = bisect_left(places, place.key, key=_key)
    if at < len(places) and places[at] is place:
        del places[at]
