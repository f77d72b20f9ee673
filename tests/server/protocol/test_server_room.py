"""What sessions may hold together, and that nobody's share is taken."""

from hypothesis import given
from hypothesis import strategies as st

from server.protocol.server_room import ServerRoom

MOST = 1000
SESSIONS = 5
SHARE = 100


@given(st.lists(st.tuples(st.integers(0, SESSIONS - 1), st.integers(0, 900)), max_size=40))
def test_all_together_hold_no_more_than_the_most_and_each_has_its_share(asked: list[tuple[int, int]]) -> None:
    room, held = ServerRoom(SESSIONS), [0] * SESSIONS
    for session, needed in asked:
        fits = room.fits(held[session], needed, MOST)
        assert fits or needed > SHARE
        if fits:
            room.change(held[session], needed, MOST)
            held[session] = needed
        assert sum(held) <= MOST
    for before in held:
        room.change(before, 0, MOST)
    assert room.fits(0, MOST // 2 + SHARE, MOST)
