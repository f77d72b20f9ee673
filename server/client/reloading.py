"""Has a running server load what was trained and indexed since."""

import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from server.client.realtime_client import ClientError

_CONNECTIONS = {"http": HTTPConnection, "ws": HTTPConnection, "https": HTTPSConnection, "wss": HTTPSConnection}
"""By the scheme of the address, for which that of the server's socket is taken as well."""


def reload_server(url: str, api_key: str = "") -> None:
    """Have the server at `url` (such as `http://127.0.0.1:8765/v1/reload`) load what was trained and indexed anew.

    Raises:
        ClientError: nobody listens there, or the reload was refused and the old model stays.
    """
    parts = urlsplit(url)
    if parts.scheme not in _CONNECTIONS or not parts.netloc:
        raise ClientError(f"{url!r} is no address to reload at: give one like http://127.0.0.1:8765/v1/reload")
    connection = _CONNECTIONS[parts.scheme](parts.netloc)
    try:
        connection.request("POST", parts.path, headers={"Authorization": f"Bearer {api_key}"} if api_key else {})
        answer = connection.getresponse()
        body = answer.read()
    except OSError as error:
        raise ClientError(f"no server at {url} ({error.strerror or error}): start one with `heedful serve`") from error
    except HTTPException as error:
        raise ClientError(f"{url} does not answer as a server of Heedful does: {error!r}") from error
    finally:
        connection.close()
    if answer.status != 200:
        raise ClientError(f"the server keeps its old model: {_message(body) or answer.reason} ({answer.status})")


def _message(body: bytes) -> str | None:
    """Read why a request was refused; None where the answer does not say."""
    try:
        message = json.loads(body)["error"]["message"]
    except (ValueError, LookupError, TypeError):
        return None
    return str(message)
