"""Keys for clients: what they bring, and how long."""

import pytest

from server.access.callers import Caller
from server.access.client_secrets import MAX_SECRETS, ClientSecrets, Grant, TooManySecrets, is_client_secret
from server.wire.session_config import SessionConfig

CONFIG = SessionConfig(instructions="be kind")
KIOSK = Caller("kiosk")


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_key_brings_its_configuration_until_it_expires() -> None:
    clock = Clock()
    secrets = ClientSecrets(clock)
    key, expires_at = secrets.grant(CONFIG, KIOSK, 60)
    assert (is_client_secret(key), expires_at) == (True, 1060)
    clock.seconds = 1059.9
    assert secrets.find(key) == secrets.find(key) == Grant(CONFIG, KIOSK)
    clock.seconds = 1060
    assert secrets.find(key) is None


def test_what_is_no_key_brings_nothing() -> None:
    secrets = ClientSecrets()
    key, _ = secrets.grant(CONFIG, KIOSK, 60)
    assert [secrets.find(other) for other in (None, "", key[:-1], key.upper(), "sesame")] == [None] * 5
    assert not is_client_secret("sesame")
    assert not is_client_secret(None)


def test_only_so_many_are_valid_at_a_time() -> None:
    clock = Clock()
    secrets = ClientSecrets(clock)
    for _ in range(MAX_SECRETS):
        secrets.grant(CONFIG, KIOSK, 60)
    with pytest.raises(TooManySecrets, match="60 s"):
        secrets.grant(CONFIG, KIOSK, 60)
    clock.seconds += 60
    assert secrets.find(secrets.grant(CONFIG, KIOSK, 60)[0]) == Grant(CONFIG, KIOSK)


def test_keys_expire_in_the_order_of_their_time_and_not_of_their_making() -> None:
    clock = Clock()
    secrets = ClientSecrets(clock)
    seconds = [30, 10, 20] * (MAX_SECRETS // 3) + [10] * (MAX_SECRETS % 3)
    keys = [secrets.grant(CONFIG, KIOSK, lasting)[0] for lasting in seconds]
    with pytest.raises(TooManySecrets, match="10 s"):
        secrets.check_room()
    clock.seconds += 10
    for lasting, key in zip(seconds, keys, strict=True):
        assert (secrets.find(key) == Grant(CONFIG, KIOSK)) == (lasting > 10)
    for _ in range(seconds.count(10)):
        secrets.grant(CONFIG, KIOSK, 60)
    with pytest.raises(TooManySecrets, match="10 s"):
        secrets.grant(CONFIG, KIOSK, 60)
