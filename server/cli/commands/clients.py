"""`heedful talk`, `chat` and `reload`: what a client asks of a running server."""

from pathlib import Path
from typing import Annotated

import typer

from server.cli.arguments import DEFAULT_URL, ApiKey, SpokenReply, Url


def talk_cli(
    file: Annotated[Path, typer.Argument(help="A recording: wav, flac, mp3, m4a, webm, Opus …")],
    then: Annotated[list[str] | None, typer.Option(help="A typed turn to follow; repeatable.")] = None,
    out: SpokenReply = Path("reply.wav"),
    url: Url = DEFAULT_URL,
    api_key: ApiKey = "",
) -> None:
    """Speak a recording to a running server at the pace of speech and print what happens."""
    import asyncio

    from server.client.talk import talk

    asyncio.run(talk(url, api_key, file, then or [], out, print))


def chat_cli(url: Url = DEFAULT_URL, api_key: ApiKey = "") -> None:
    """Type with a running server; an empty line or end of input ends it."""
    import asyncio

    from server.client.talk import chat

    asyncio.run(chat(url, api_key, print))


def reload_cli(
    url: Annotated[str, typer.Option(help="Where the server reloads.")] = "http://127.0.0.1:8765/v1/reload",
    api_key: ApiKey = "",
) -> None:
    """Have a running server load what was trained and indexed since; no session notices."""
    from server.client.reloading import reload_server

    reload_server(url, api_key)
    print("The server answers with what was trained and indexed last.")
