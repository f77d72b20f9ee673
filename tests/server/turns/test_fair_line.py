"""Which call goes next: by session in turn, by class with a share for each, and never beyond the threads."""

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.turns.fair_line import CALLS_A_ROUND, PATIENCE, FairLine, Lane, LaneFull, Place, Urgency


@dataclass(eq=False)
class Asked:
    place: Place
    name: str = ""
    given_up: bool = False
    kind: str | None = None


def ask(line: FairLine[Asked], lane: Lane[Asked], urgency: Urgency = Urgency.TYPED, name: str = "") -> Asked:
    call = Asked(lane.place(urgency), name)
    line.push(call)
    return call


def serve_all(line: FairLine[Asked]) -> list[str]:
    """Serve what waits, one call after the other."""
    names = []
    while (call := line.pop()) is not None:
        names.append(call.name)
        line.end(call)
    return names


def test_sessions_take_turns_however_much_they_ask_for() -> None:
    line = FairLine[Asked](threads=1, room=8)
    greedy, polite, other = line.lane(), line.lane(), line.lane()
    for name in ("greedy 1", "greedy 2", "greedy 3", "greedy 4"):
        ask(line, greedy, name=name)
    for lane, name in ((polite, "polite 1"), (other, "other"), (polite, "polite 2")):
        ask(line, lane, name=name)
    assert serve_all(line) == ["greedy 1", "polite 1", "other", "greedy 2", "polite 2", "greedy 3", "greedy 4"]


def test_live_speech_comes_to_its_answer_before_others_begin_theirs() -> None:
    line = FairLine[Asked](threads=1, room=8)
    lanes = [line.lane() for _ in range(3)]
    for name, lane in enumerate(lanes):
        for _ in range(5):
            ask(line, lane, Urgency.LIVE, str(name))
    assert "".join(serve_all(line)) == "000011112222012"


@pytest.mark.parametrize("urgency", [Urgency.FILE, Urgency.TYPED, Urgency.SPARE])
@pytest.mark.parametrize("threads", [2, 3, 8])
def test_a_session_that_asks_for_what_takes_long_leaves_a_thread_to_others(threads: int, urgency: Urgency) -> None:
    line = FairLine[Asked](threads, room=8)
    greedy = line.lane()
    for _ in range(2 * threads):
        ask(line, greedy, urgency, "greedy")
    running = [line.pop() for _ in range(threads - 1)]
    assert None not in running
    assert line.pop() is None
    ask(line, line.lane(), name="polite")
    assert serve_all(line) == ["polite"]
    assert running[0] is not None
    line.end(running[0])
    assert serve_all(line)[0] == "greedy"


def test_a_session_that_comes_back_keeps_its_turn_and_a_new_one_goes_last() -> None:
    line = FairLine[Asked](threads=1, room=8)
    lately, long_ago = line.lane(), line.lane()
    for lane in (long_ago, lately):
        ask(line, lane)
        serve_all(line)
    ask(line, line.lane(), name="new")
    ask(line, lately, name="lately")
    ask(line, long_ago, name="long ago")
    assert serve_all(line) == ["long ago", "lately", "new"]


def test_calls_of_an_earlier_turn_go_before_those_of_a_later_one() -> None:
    line = FairLine[Asked](threads=1, room=8)
    lane = line.lane()
    with lane.turn(Urgency.TYPED) as earlier, lane.turn(Urgency.TYPED) as later:
        line.push(Asked(later, "later"))
        line.push(Asked(earlier, "earlier"))
        line.push(Asked(earlier, "earlier, then"))
    assert serve_all(line) == ["earlier", "earlier, then", "later"]


def test_the_more_urgent_class_goes_first() -> None:
    line = FairLine[Asked](threads=1, room=8)
    for urgency in reversed(Urgency):
        ask(line, line.lane(), urgency, urgency.name)
    assert serve_all(line) == ["LIVE", "FILE", "TYPED", "SPARE"]


def test_every_class_but_spare_has_a_share() -> None:
    line = FairLine[Asked](threads=1, room=8)
    for urgency in Urgency:
        for lane in (line.lane(), line.lane()):
            for _ in range(50):
                ask(line, lane, urgency, urgency.name)
    served = serve_all(line)[:100]
    windows = [served[start : start + PATIENCE + 1] for start in range(PATIENCE, len(served) - PATIENCE)]
    assert all(set(window) == {"LIVE", "FILE", "TYPED"} for window in windows)
    assert Counter(served)["LIVE"] > 50


def test_a_session_that_holds_fewer_threads_goes_first() -> None:
    line = FairLine[Asked](threads=5, room=8)
    greedy, polite = line.lane(), line.lane()
    for _ in range(8):
        ask(line, greedy, name="greedy")
    ask(line, line.lane(), name="other")
    running = [call for _ in range(5) if (call := line.pop()) and call.name == "greedy"]
    for _ in range(3):
        ask(line, polite, name="polite")
    names = []
    for call in running[:3]:
        assert call is not None
        line.end(call)
        started = line.pop()
        assert started is not None
        names.append(started.name)
    assert names == ["polite", "polite", "greedy"]


@pytest.mark.parametrize(("threads", "at_a_time"), [(1, 1), (2, 1), (3, 2)])
def test_recordings_and_spare_calls_leave_a_thread_to_the_others(threads: int, at_a_time: int) -> None:
    line = FairLine[Asked](threads, room=8)
    for urgency in (Urgency.FILE, Urgency.SPARE):
        for _ in range(threads):
            ask(line, line.lane(), urgency, urgency.name)
    started = [line.pop() for _ in range(at_a_time)]
    assert None not in started
    assert line.pop() is None
    ask(line, line.lane(), Urgency.TYPED, "typed")
    typed = line.pop()
    assert (typed.name if typed else None) == ("typed" if threads > 1 else None)


def test_a_session_has_so_many_turns_at_a_time_and_the_others_never_notice() -> None:
    line = FairLine[Asked](threads=1, room=2)
    lane, other = line.lane(), line.lane()
    with lane.turn(Urgency.TYPED):
        with lane.turn(Urgency.LIVE):
            with pytest.raises(LaneFull, match=r" 2 .*max_turns_per_session"), lane.turn(Urgency.LIVE):
                pass
            with other.turn(Urgency.TYPED), other.turn(Urgency.TYPED):
                pass
        with pytest.raises(ZeroDivisionError), lane.turn(Urgency.TYPED):
            raise ZeroDivisionError
        with lane.turn(Urgency.TYPED):
            pass


class House:
    """Sessions that do as they please, and who was served while others waited."""

    def __init__(self, threads: int, sessions: int) -> None:
        self.threads = threads
        self.line = FairLine[Asked](threads, room=8)
        self.lanes = [self.line.lane() for _ in range(sessions)]
        self.calls: list[Asked] = []
        self.running: list[Asked] = []
        self.overtaken: dict[tuple[int, Urgency], Counter[int]] = {}

    def ask(self, session: int, urgency: Urgency) -> None:
        self.calls.append(ask(self.line, self.lanes[session], urgency, str(session)))

    def give_up(self, number: int) -> None:
        if self.calls:
            self.calls[number % len(self.calls)].given_up = True

    def end(self, number: int) -> None:
        if self.running:
            self.line.end(self.running.pop(number % len(self.running)))

    def waiting(self, session: int, urgency: Urgency) -> list[Asked]:
        mine = [call for call in self.calls if call.name == str(session) and call.place.urgency == urgency]
        return [call for call in mine if not call.given_up]

    def start(self) -> bool:
        call = self.line.pop()
        if call is None:
            return False
        session, urgency = int(call.name), call.place.urgency
        assert call is self.waiting(session, urgency)[0]
        self.calls.remove(call)
        self.running.append(call)
        self.count(session, urgency)
        self.check_threads()
        return True

    def count(self, served: int, urgency: Urgency) -> None:
        for session in range(len(self.lanes)):
            holds_thread = any(call.name == str(session) for call in self.running)
            if session == served or holds_thread or not self.waiting(session, urgency):
                self.overtaken.pop((session, urgency), None)
            else:
                overtaken = self.overtaken.setdefault((session, urgency), Counter())
                overtaken[served] += 1
                assert overtaken[served] <= CALLS_A_ROUND[urgency]

    def check_threads(self) -> None:
        assert len(self.running) <= self.threads
        leaving = [call for call in self.running if call.place.urgency in (Urgency.FILE, Urgency.SPARE)]
        assert len(leaving) <= max(1, self.threads - 1)


steps = st.tuples(
    st.sampled_from(["ask", "ask", "ask", "start", "start", "end", "give up"]),
    st.integers(0, 4),
    st.sampled_from(Urgency),
)


@given(threads=st.integers(1, 4), doings=st.lists(steps, max_size=200))
def test_nobody_is_overtaken_by_two_rounds_and_all_that_is_wanted_is_served_in_order(
    threads: int, doings: list[tuple[str, int, Urgency]]
) -> None:
    house = House(threads, sessions=5)
    for doing, number, urgency in doings:
        match doing:
            case "ask":
                house.ask(number, urgency)
            case "start":
                house.start()
            case "end":
                house.end(number)
            case "give up":
                house.give_up(number)
    while house.start() or house.running:
        house.end(0)
    assert all(call.given_up for call in house.calls)
    assert not any(call for call in house.line)


def test_calls_that_were_given_up_do_not_pile_up_while_no_thread_is_free() -> None:
    line = FairLine[Asked](threads=1, room=8)
    ask(line, line.lane())
    assert line.pop() is not None
    lane = line.lane()
    for _ in range(50):
        assert line.pop() is None
        ask(line, lane).given_up = True
    assert len(list(line)) == 1


def test_along_goes_the_next_of_each_other_lane_that_is_of_the_same_kind_and_class() -> None:
    line = FairLine[Asked](1, 8)
    first, second, third, fourth = (line.lane() for _ in range(4))
    for lane, name, kind in [
        (first, "first", "speech"),
        (second, "second", "speech"),
        (second, "behind it", "speech"),
        (third, "other", "text"),
        (fourth, "fourth", "speech"),
    ]:
        ask(line, lane, Urgency.LIVE, name).kind = kind
    ask(line, third, Urgency.FILE, "file").kind = "speech"
    leading = line.pop()
    assert leading is not None
    along = line.pop_along(leading, 4)
    assert [call.name for call in along] == ["second", "fourth"]
    for call in along:
        line.end_along(call)
    line.end(leading)
    assert serve_all(line) == ["behind it", "other", "file"]  # a lane has four live calls a round


def test_no_more_go_along_than_are_asked_for_and_none_with_a_call_of_no_kind() -> None:
    line = FairLine[Asked](1, 8)
    for _ in range(3):
        ask(line, line.lane(), name="speech").kind = "speech"
    leading = line.pop()
    assert leading is not None
    assert len(line.pop_along(leading, 1)) == 1
    assert line.pop_along(Asked(line.lane().place(Urgency.TYPED)), 4) == []
