"""Checks of one turn of a test conversation: what was expected, what came, and the stage at fault."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from dialogue.answer_manners import ANSWER_ACTIONS
from dialogue.stories.story import Button, Check, Does, Holds, HoldsNot, Ran, Replies, Said, Says, SaysNot, Utters
from dialogue.stories.tested_assistant import Taken
from nlu.interpretation import FALLBACK

HEARING, UNDERSTANDING, POLICY, ACTION, KNOWLEDGE = "hearing", "understanding", "policy", "action", "knowledge"
STAGES = (HEARING, UNDERSTANDING, POLICY, ACTION, KNOWLEDGE)
# Actions that a story leaves out, or that say nothing by themselves.
UNSEEN = frozenset({"action_listen", "action_session_start"})

Responses: TypeAlias = Mapping[str, Sequence[Mapping[str, Any]]]
Slots: TypeAlias = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A check that failed: the stage at fault, what was expected, and what came."""

    stage: str
    expected: str
    got: str


@dataclass(slots=True)
class TurnChecks:
    """The turn that is checked; `_actions` and `_texts` are what no check has named yet.

    `responses` are those of the project's domain, `slots` the values that slots had in the turn, None where unseen.
    """

    taken: Taken
    responses: Responses
    slots: Slots | None
    in_order: bool = False
    _actions: list[str] = field(init=False)
    _texts: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._actions = [action for action in self.taken.reply.actions if action not in UNSEEN]
        self._texts = [text.strip() for text in self.taken.reply.texts]

    def said(self, said: Said) -> Wrong | None:
        """Check what was heard and understood of what was said."""
        understood = self.taken.interpretation
        if said.text.strip() and not self.taken.heard.strip():
            return Wrong(HEARING, repr(said.text), "nothing")
        if said.intent is not None and understood.intent.name != said.intent:
            got = f"{understood.intent.name} {understood.intent.confidence:.2f}"
            return Wrong(UNDERSTANDING, f"intent {said.intent}", got)
        found = {(entity.name, str(entity.value)) for entity in understood.entities}
        missing = [entity for entity in said.entities if (entity.name, str(entity.value)) not in found]
        if missing:
            return Wrong(UNDERSTANDING, f"{missing[0].name} {missing[0].value!r}", f"entities {sorted(found)}")
        return Wrong(ACTION, "a reply", self.taken.error) if self.taken.error else None

    def sees(self, check: Check) -> bool:
        """Return whether the check can be made: slots and buttons are not seen from outside of the assistant."""
        if isinstance(check, Holds | HoldsNot):
            return self.slots is not None
        return not (self.taken.joined and isinstance(check, Says | SaysNot) and check.buttons)

    def check(self, check: Check) -> Wrong | None:
        """Make one check that can be made."""
        match check:
            case Does(action):
                return self._does(action)
            case Ran(action):
                return self._ran(action)
            case Replies(text):
                return self._next_message(repr(text), [_pattern(text, filled=False)])
            case Utters(response):
                return self._next_message(response, self._texts_of(response))
            case Says():
                return self._says(check)
            case SaysNot():
                return self._says_not(check)
            case Holds() | HoldsNot():
                return self._holds(check, (self.slots or {}).get(check.slot, (None,)))

    def _does(self, action: str) -> Wrong | None:
        if self._actions[:1] == [action]:
            del self._actions[0]
            return None
        return Wrong(POLICY, action, ", ".join(self._actions) or "no further action")

    def _ran(self, action: str) -> Wrong | None:
        if action not in self._actions:
            fault = UNDERSTANDING if self.taken.interpretation.intent.name == FALLBACK else POLICY
            return Wrong(fault, action, ", ".join(self._actions) or "no further action")
        if self.in_order:
            del self._actions[: self._actions.index(action) + 1]
        return None

    def _next_message(self, expected: str, patterns: Iterable[re.Pattern[str]]) -> Wrong | None:
        if self._texts:
            for pattern in patterns:
                matched = pattern.match(self._texts[0]) if self.taken.joined else pattern.fullmatch(self._texts[0])
                if matched:
                    rest = self._texts[0][matched.end() :].strip()
                    self._texts[:1] = [rest] if rest else []
                    return None
        return Wrong(self.at_fault(), expected, repr(self._texts[0]) if self._texts else "no further message")

    def _says(self, expected: Says) -> Wrong | None:
        found = self._found(expected)
        if found is None:
            return Wrong(self.at_fault(), _described(expected), _quoted(self._texts))
        if self.in_order:
            del self._texts[: found + 1]
        return None

    def _says_not(self, refused: SaysNot) -> Wrong | None:
        found = self._found(refused)
        return None if found is None else Wrong(self.at_fault(), f"not {_described(refused)}", repr(self._texts[found]))

    def _found(self, sought: Says | SaysNot) -> int | None:
        """Return the place of the first message that fits the response, the pattern and the buttons that are given."""
        for place, text in enumerate(self._texts):
            if sought.pattern is not None and re.search(sought.pattern, text) is None:
                continue
            if self._fits_response(text, sought.response) and self._has_buttons(text, sought.buttons):
                return place
        return None

    def _has_buttons(self, text: str, buttons: Sequence[Button]) -> bool:
        """Return whether the message has these buttons at its beginning."""
        if not buttons:
            return True
        for message in self.taken.reply.messages:
            shown = message.get("buttons") or ()
            if str(message.get("text") or "").strip() == text and len(shown) >= len(buttons):
                return all(map(_is_button, shown, buttons))
        return False

    def _fits_response(self, text: str, response: str | None) -> bool:
        if response is None:
            return True
        if self.taken.joined and response in self.taken.reply.actions:
            return True
        return any(pattern.fullmatch(text) for pattern in self._texts_of(response))

    def _texts_of(self, response: str) -> list[re.Pattern[str]]:
        variations = self.responses.get(response, ())
        return [_pattern(str(variation.get("text", "")), filled=True) for variation in variations]

    def _holds(self, check: Holds | HoldsNot, had: Sequence[Any]) -> Wrong | None:
        now = had[-1]
        if isinstance(check, Holds):
            is_right = now is not None if check.any_value else any(_same(held, check.value) for held in had)
            expected = "any value" if check.any_value else repr(check.value)
        else:
            is_right = now is None if check.any_value else not _same(now, check.value)
            expected = "no value" if check.any_value else f"not {check.value!r}"
        return None if is_right else Wrong(self.at_fault(), f"{check.slot}: {expected}", repr(now))

    def at_fault(self) -> str:
        """Return the first stage that can be at fault where only the end of a turn is known to be wrong."""
        if self.taken.interpretation.intent.name == FALLBACK:
            return UNDERSTANDING
        if ANSWER_ACTIONS & set(self.taken.reply.actions):
            return KNOWLEDGE
        return ACTION if any(action.startswith("action_") for action in self._actions) else POLICY


def _described(sought: Says | SaysNot) -> str:
    pattern = sought.pattern and f"/{sought.pattern}/"
    buttons = sought.buttons and f"buttons {', '.join(button.title for button in sought.buttons)}"
    return " and ".join(part for part in (sought.response, pattern, buttons) if part)


def _is_button(shown: Mapping[str, Any], button: Button) -> bool:
    return shown.get("title") == button.title and button.payload in (None, shown.get("payload"))


def _quoted(texts: Sequence[str]) -> str:
    return ", ".join(map(repr, texts)) or "no message"


def _same(held: object, value: object) -> bool:
    """Compare as Rasa's YAML does: 48213 and "48213" are the same."""
    return held == value or (held is not None and value is not None and str(held) == str(value))


def _pattern(text: str, *, filled: bool) -> re.Pattern[str]:
    """What a text reads like; `filled`: with any value for each `{slot}`."""
    parts = re.split(r"\{\w+\}", text.strip()) if filled else [text.strip()]
    return re.compile(".*?".join(re.escape(part) for part in parts), re.DOTALL)
