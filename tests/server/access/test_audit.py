"""What the log says of refusals."""

import pytest

from server.access.audit import note_refusal


@pytest.mark.parametrize(
    ("shown", "named"),
    [(None, "no key"), ("hk_1a2b_hush", "key 1a2b"), ("hush", "of another form")],
)
def test_a_refusal_names_everything_but_the_secret(
    shown: str | None, named: str, caplog: pytest.LogCaptureFixture
) -> None:
    note_refusal("10.0.0.7", "/v1/realtime", shown, "wrong key")
    assert all(part in caplog.text for part in ("10.0.0.7", "/v1/realtime", named, "wrong key"))
    assert "hush" not in caplog.text
