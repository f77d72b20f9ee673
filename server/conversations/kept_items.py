"""The items of a conversation that is kept: which of them have changed, and their form in the store."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dialogue.memory.conversation_store import ItemRecord
from server.options import LimitOptions
from server.protocol.conversation import Conversation
from server.protocol.item_commands import parse_item
from server.protocol.items import Item


@dataclass(frozen=True, slots=True)
class Change:
    """An item as it was when it was taken for writing; `kept` is None once it is deleted."""

    id: str
    previous_id: str | None
    kept: dict[str, Any] | None

    def record(self) -> ItemRecord:
        """Write its JSON, which takes long for a large item: on a thread."""
        return ItemRecord(self.id, self.previous_id, None if self.kept is None else json.dumps(self.kept))


class KeptConversation(Conversation):
    """A conversation that knows which of its items have changed since they were last taken for writing."""

    def __init__(self, limits: LimitOptions, records: Iterable[ItemRecord] = ()) -> None:
        super().__init__(limits)
        self._changed: dict[str, None] = {}
        for record in records:
            self._restore(json.loads(record.data or "{}"))
        self._changed.clear()

    def _restore(self, kept: dict[str, Any]) -> None:
        wire = kept["item"]
        item = parse_item(wire, wire["id"], len(wire.get("content", ())))
        item.status = wire["status"]
        by_response = kept.get("by_response", False)
        if by_response or item.role == "assistant" or (item.role == "user" and kept["answered"]):
            # What functions returned before it has been gone on with; a user who spoke did not wait for the others.
            self.tool_calls.take(user_spoke=not by_response)
        self.insert(item, by_response=by_response)
        if kept["answered"]:
            self.mark_answered(item.id)

    def insert(self, item: Item, previous_item_id: str | None = None, *, by_response: bool = False) -> None:
        """Put an item into its place; raises ProtocolError as every conversation does."""
        super().insert(item, previous_item_id, by_response=by_response)
        self.note_changes(item.id, self.next_id(item.id))

    def settle(self, item: Item) -> None:
        """Count what a finished item holds now."""
        super().settle(item)
        self.note_changes(item.id)

    def delete(self, item_id: str) -> None:
        """Take an item out."""
        following = self.next_id(item_id) if self.get(item_id) else None
        super().delete(item_id)
        self.note_changes(item_id, following)

    def mark_answered(self, item_id: str) -> None:
        """Note that a response has answered the message."""
        super().mark_answered(item_id)
        self.note_changes(item_id)

    def note_changes(self, *item_ids: str | None) -> None:
        """Have these items written next time, though they may be as they were."""
        self._changed.update(dict.fromkeys(item_id for item_id in item_ids if item_id))

    def take_changes(self) -> list[Change]:
        """Return what has changed since the last call, but for a reply that is still being made."""
        unanswered = set(self.unanswered())
        changed, self._changed = self._changed, {}
        taken = []
        for item_id in changed:
            item = self.get(item_id)
            if item is None:
                taken.append(Change(item_id, None, None))
            elif item.status == "in_progress":
                self.note_changes(item_id)
            else:
                kept = {"item": item.wire(), "answered": item_id not in unanswered}
                if self.tool_calls.is_ours(item_id):
                    kept["by_response"] = True
                taken.append(Change(item_id, self.previous_id(item_id), kept))
        return taken
