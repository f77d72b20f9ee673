"""What a project has for the patterns: its habits, its actions, and the pattern of each of its intents."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogue.patterns.habits import Habits
from dialogue.patterns.names import GENERAL_HELP, HANDOVER, HELP, PERSON


@dataclass(frozen=True, slots=True)
class Project:
    """A project as the patterns see it."""

    habits: Habits
    actions: frozenset[str]
    """The names of the actions and responses in its domain."""

    patterns: Mapping[str, str] = field(default_factory=dict)
    """The pattern of each intent."""

    def own(self, pattern: str) -> tuple[str, ...]:
        """Return the actions that the project has for a pattern, by any of its intents; none where it has none."""
        answers = self.habits.answers
        return next(
            (answers[intent] for intent, of in self.patterns.items() if of == pattern and intent in answers), ()
        )

    def first(self, *responses: str) -> tuple[str, ...]:
        """Return the first of the responses that the domain has, alone; none where it has none of them."""
        return next(((response,) for response in responses if response in self.actions), ())

    def all_of(self, *responses: str) -> tuple[str, ...]:
        """Return those of the responses that the domain has."""
        return tuple(response for response in responses if response in self.actions)

    @property
    def handover(self) -> tuple[str, ...]:
        """Return the actions that hand over to a person."""
        return self.own(PERSON) or self.first(HANDOVER)

    @property
    def help(self) -> tuple[str, ...]:
        """Return the actions that say what can be said."""
        return self.own(HELP) or self.first(GENERAL_HELP)

    def answer_to(self, intent: str) -> tuple[str, ...]:
        """Return the actions that answer an intent, or each of several joined by `+`; none where one has none."""
        answers = self.habits.answers
        if intent in answers:
            return answers[intent]
        parts = intent.split("+")
        if len(parts) > 1 and all(part in answers for part in parts):
            return tuple(action for part in parts for action in answers[part])
        return ()
