"""Decides which waiting call gets the next free thread, so that no session spoils it for the others.

Each session has a lane of its own, and the lane that was served longest ago goes first. This is fair queuing by round
robin (J. Nagle, "On packet switches with infinite storage", RFC 970, 1985): a session that asks for more waits longer
itself. For live speech, a round is all that a turn takes until somebody hears its answer: of many who speak at a time,
one after the other is answered, instead of all in the end. The more urgent class of calls goes first, but a class that
was passed over `PATIENCE` times goes next. This credit guarantees it a share, as the deficit counter does in M.
Shreedhar and G. Varghese, "Efficient fair queueing using deficit round robin", SIGCOMM 1995.

Nothing here has a thread or reads a clock.
"""

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from itertools import count
from typing import Any, Generic, Protocol, TypeVar

PATIENCE = 4
"""How often a waiting class can be passed over before it goes next."""


class Urgency(IntEnum):
    """The classes of calls, the most urgent first."""

    LIVE = 0
    """Speech that has just ended, or may have: somebody listens for the answer. It is short, and a session has every
    thread for it: what was made for a pause may be out of date, and must not hold up what was said since."""

    FILE = 1
    """A recording put in as a message. It may be long, so where there are several threads, one is left free."""

    TYPED = 2
    """A text. Of several threads, a session has all but one for its texts: a long one may be given up and go on."""

    SPARE = 3
    """Nice to have: it has no share, and where there are several threads, one is left free."""


CALLS_A_ROUND = (4, 1, 1, 1)
"""How many calls of each class a lane has in a round: speech is recognised, understood, answered, and said."""

_TYPED = Urgency.TYPED  # an attribute of an enumeration takes longer to find than all else that is done to a lane
_CLASSES = tuple(Urgency)

LEAVES_A_THREAD = (Urgency.FILE, Urgency.SPARE)


class LaneFull(Exception):
    """The session has as many turns under way as it may have; ask again after one has ended."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where the calls of one turn wait: in their session's lane, of their class, behind the turns that began before."""

    lane: "Lane[Any]"
    urgency: Urgency
    number: int

    @property
    def order(self) -> tuple[Urgency, int]:
        """Where in its lane it comes, the lower the sooner."""
        return self.urgency, self.number


class Waiting(Protocol):
    """A call as the line sees it."""

    @property
    def place(self) -> Place:
        """Where it waits."""

    @property
    def given_up(self) -> bool:
        """Whether nobody wants it any more; it then never starts."""

    @property
    def kind(self) -> object:
        """What it has in common with those that one thread can do at once; None: it is done by itself."""


C = TypeVar("C", bound=Waiting)


class Lane(Generic[C]):
    """The calls of one session, of which `room` turns may be under way at a time. `FairLine.lane` makes it."""

    def __init__(self, room: int, number: int) -> None:
        self.waiting: list[C] = []
        self._running = [0] * len(Urgency)
        self._threads = 0  # that it holds, of all classes
        self._served = [number] * len(Urgency)  # a newcomer goes behind all who wait
        self._left = list(CALLS_A_ROUND)  # of this round
        self._room = room
        self._turns = 0
        self._numbers = count()

    def place(self, urgency: Urgency) -> Place:
        """Take a place behind the session's earlier turns of that class."""
        return Place(self, urgency, next(self._numbers))

    @contextmanager
    def turn(self, urgency: Urgency) -> Iterator[Place]:
        """Take a place for a turn, which is under way until the end of the block.

        Raises:
            LaneFull: the session has no room for another turn.
        """
        if self._turns >= self._room:
            raise LaneFull(
                f"this session has {self._turns} turns under way, as many as server.max_turns_per_session allows: "
                "wait until one has ended"
            )
        self._turns += 1
        try:
            yield self.place(urgency)
        finally:
            self._turns -= 1

    def drop_given_up(self) -> None:
        """Drop the calls that nobody wants any more."""
        for call in self.waiting:
            if call.given_up:
                self.waiting = [other for other in self.waiting if not other.given_up]
                return

    def heads(self, most_typed: int) -> Sequence[C]:
        """Find the call of each class that goes first; none of texts where so many of them run already."""
        if self._running[_TYPED] >= most_typed:
            others = [call for call in self.waiting if call.place.urgency != _TYPED]
            return _first_of_each_class(others)
        return self.waiting if len(self.waiting) == 1 else _first_of_each_class(self.waiting)

    def precedence(self, urgency: Urgency) -> tuple[int, int]:
        """Say when it is this lane's turn, the lower the sooner: it holds few threads, and had its round long ago."""
        return self._threads, self._served[urgency]

    def start(self, call: C, number: int) -> None:
        """Take a call out, as the service of that number."""
        self.waiting.remove(call)
        urgency = call.place.urgency
        self._running[urgency] += 1
        self._threads += 1
        self._left[urgency] -= 1
        if not self._left[urgency]:
            self._left[urgency], self._served[urgency] = CALLS_A_ROUND[urgency], number

    def end(self, call: C) -> None:
        """Let the place of a call that started go."""
        self._running[call.place.urgency] -= 1
        self._threads -= 1


def _first_of_each_class(calls: Iterable[C]) -> Sequence[C]:
    return list({call.place.urgency: call for call in reversed(list(calls))}.values())


class FairLine(Generic[C]):
    """The calls of all sessions that wait for one of some threads, and how many run. Not thread-safe."""

    def __init__(self, threads: int, room: int) -> None:
        self._threads = threads
        self._room = room
        self._numbers = count()
        self._lanes: set[Lane[C]] = set()  # those in which calls wait
        self._running = [0] * len(Urgency)
        self._passed_over = Counter[Urgency]()

    def __iter__(self) -> Iterator[C]:
        """Go through the calls that wait, in no order."""
        return (call for lane in self._lanes for call in lane.waiting)

    def lane(self) -> Lane[C]:
        """Make the lane of a new session."""
        return Lane(self._room, next(self._numbers))

    def push(self, call: C) -> None:
        """Line a call up at its place; calls of the same turn stay in order."""
        lane = call.place.lane
        lane.drop_given_up()
        insort(lane.waiting, call, key=lambda waiting: waiting.place.order)
        self._lanes.add(lane)

    def pop(self) -> C | None:
        """Take out the call that starts next, or None where no call waits that may have a thread.

        The call has its thread until `end`. A lane that holds fewer threads goes before one that holds more.
        """
        allowed = [urgency for urgency in _CLASSES if self._has_thread_for(urgency)]
        if not allowed:
            return None
        heads = self._heads()
        startable = [urgency for urgency in allowed if heads[urgency]]
        if not startable:
            return None
        urgency = self._choose(startable)
        call = min(heads[urgency], key=lambda call: call.place.lane.precedence(urgency))
        call.place.lane.start(call, next(self._numbers))
        self._running[urgency] += 1
        return call

    def pop_along(self, leading: C, most: int) -> list[C]:
        """Take out calls of the same kind and class as one that starts, to be done along with it by its thread.

        At most so many, the next of each lane, those first whose turn it is. Each holds its lane until `end_along`.
        """
        if leading.kind is None:
            return []
        urgency = leading.place.urgency
        alike = [call for call in self._heads()[urgency] if call.kind == leading.kind]
        alike = sorted(alike, key=lambda call: call.place.lane.precedence(urgency))[:most]
        for call in alike:
            call.place.lane.start(call, next(self._numbers))
        return alike

    def end_along(self, call: C) -> None:
        """Let the lane of a call go, which `pop_along` returned."""
        call.place.lane.end(call)

    def end(self, call: C) -> None:
        """Give the thread of a call back, which `pop` returned."""
        call.place.lane.end(call)
        self._running[call.place.urgency] -= 1

    def _heads(self) -> list[list[C]]:
        """Find the calls of each class that go first in their lanes. With many lanes, most of a call's cost is here."""
        heads: list[list[C]] = [[] for _ in _CLASSES]
        most_typed = max(1, self._threads - 1)
        for lane in tuple(self._lanes):
            lane.drop_given_up()
            if not lane.waiting:
                self._lanes.remove(lane)
            for call in lane.heads(most_typed):
                heads[call.place.urgency].append(call)
        return heads

    def _has_thread_for(self, urgency: Urgency) -> bool:
        if sum(self._running) >= self._threads:
            return False
        leaving = sum(self._running[other] for other in LEAVES_A_THREAD)
        return urgency not in LEAVES_A_THREAD or leaving < max(1, self._threads - 1)

    def _choose(self, startable: list[Urgency]) -> Urgency:
        impatient = [urgency for urgency in startable if self._passed_over[urgency] >= PATIENCE]
        chosen = (impatient or startable)[0]
        others = set(startable) - {chosen, Urgency.SPARE}
        self._passed_over = Counter({urgency: self._passed_over[urgency] + 1 for urgency in others})
        return chosen
