"""Counting turns of conversations by half, kind and phenomenon."""

from typing import Any

from benchmarks.conversations import HALVES, LOOKED_AT, half_of, misses, scored_turns, table

IDS = {half: next(f"talk-{n}" for n in range(100) if half_of(f"talk-{n}") == half) for half in HALVES}


def talk(half: str, *kinds: str) -> dict[str, Any]:
    turns = [{"user": f"say {kind}", "kind": kind, "phenomena": ["pronoun"]} for kind in kinds]
    return {"id": IDS[half], "turns": turns}


def row(kind: str, problems: list[str] | None, conversation: str = IDS[LOOKED_AT]) -> dict[str, Any]:
    said = {"conversation": conversation, "user": f"say {kind}", "reply": "", "sources": [], "intent": "ask"}
    return {**said, "talk": [], "expect": {}, "problems": problems}


def test_halves_are_of_much_the_same_size_and_always_the_same() -> None:
    halves = [half_of(f"conversation-{number}") for number in range(1000)]
    assert 400 < halves.count(LOOKED_AT) < 600
    assert half_of("conversation-1") == halves[1]


def test_bridges_and_turns_that_cannot_be_scored_do_not_count() -> None:
    rows = [{"bridge": "tell me about it"}, row("find", []), row("faq", None)]
    (turn,) = scored_turns(rows, [talk(LOOKED_AT, "find", "faq")])
    assert (turn.kind, turn.phenomena, turn.is_right) == ("find", ("pronoun",), True)


def test_the_table_counts_each_half_and_leaves_goodbyes_out_of_one_line() -> None:
    turns = list(
        scored_turns(
            [row("find", []), row("closing", ["none"]), row("find", ["sources"])],
            [talk(HALVES[0], "find", "closing"), talk(HALVES[1], "find")],
        )
    )
    lines = {line[:24].strip(): line[24:].split() for line in table(turns)}
    assert lines["all"] == ["1", "of", "2", "50%", "0", "of", "1", "0%", "1", "of", "3", "33%"]
    assert lines["without goodbyes"] == ["1", "of", "1", "100%", "0", "of", "1", "0%", "1", "of", "2", "50%"]


def test_only_wrong_turns_of_the_half_that_is_looked_at_are_shown() -> None:
    rows = [row("find", ["sources"]), row("faq", []), row("find", ["sources"], IDS[HALVES[1]])]
    turns = list(scored_turns(rows, [talk(HALVES[0], "find", "faq"), talk(HALVES[1], "find")]))
    shown = [line for line in misses(turns, "all") if line.startswith("- ")]
    assert len(shown) == 1
    assert IDS[LOOKED_AT] in shown[0]
    assert not list(misses(turns, "faq"))
