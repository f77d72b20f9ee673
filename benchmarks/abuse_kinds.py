"""What an abusive client may do to a server, a kind a function; `benchmarks.abuse` has one beside a polite client.

Each kind is done again and again, in a process of its own, until that process is killed.
"""

import argparse
import asyncio
import base64
import contextlib
import io
import itertools
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import soundfile
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

ROUND_SECONDS = 20.0
QUIET_SECONDS = 0.5
SLOW_CONNECTIONS = 300
APPEND_BYTES = 15 * 2**20

Frame: TypeAlias = dict[str, Any] | str


@dataclass(frozen=True, slots=True)
class Target:
    """The server at `address`, a host with its port."""

    address: str

    @asynccontextmanager
    async def session(self, query: str = "") -> AsyncIterator[ClientConnection]:
        """Open a session; ends in a hurry."""
        url = f"ws://{self.address}/v1/realtime?{query}"
        async with connect(url, max_size=None, compression=None, close_timeout=0.2) as socket:
            yield socket

    async def ask_http(self, path: str, body: bytes = b"", content_type: str = "application/json") -> bytes:
        """Send a POST, and return all that comes back."""
        head = f"POST {path} HTTP/1.1\r\nHost: {self.address}\r\nConnection: close\r\nContent-Type: {content_type}\r\n"
        return await self.exchange(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    async def exchange(self, sent: bytes) -> bytes:
        """Send bytes, and return all that comes back until the server closes."""
        reader, writer = await asyncio.open_connection(*self.address.rsplit(":", 1))
        try:
            writer.write(sent)
            await writer.drain()
            return await reader.read()
        finally:
            writer.close()


Kind: TypeAlias = Callable[[Target], Awaitable[None]]


# What is sent in a session -------------------------------------------------------------------------------------------


def message(text: str, role: str = "user", **fields: Any) -> Frame:
    """Make a message of the conversation."""
    part = {"type": "output_text" if role == "assistant" else "input_text", "text": text}
    return {"type": "conversation.item.create", "item": {"type": "message", "role": role, "content": [part], **fields}}


def recording(pcm: bytes, **fields: Any) -> Frame:
    """Make a message that is a recording; `transcript` keeps it from being recognised."""
    part = {"type": "input_audio", "audio": base64.b64encode(pcm).decode(), **fields}
    return {"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": [part]}}


def respond(**fields: Any) -> Frame:
    """Ask for a response."""
    return {"type": "response.create", "response": fields}


def update(**fields: Any) -> Frame:
    """Change the session."""
    return {"type": "session.update", "session": {"type": "realtime", **fields}}


TEXT_ONLY = update(output_modalities=["text"])


def turn(text: str) -> Iterator[Frame]:
    """Type a text and have it answered."""
    yield TEXT_ONLY
    yield message(text)
    yield respond()


def noise(count: int) -> bytes:
    """Make so many bytes of loud noise."""
    return random.Random(7).randbytes(count)


def huge_append() -> Iterator[Frame]:
    """Send 15 MiB of sound at once."""
    yield {"type": "input_audio_buffer.append", "audio": base64.b64encode(noise(APPEND_BYTES)).decode()}
    yield {"type": "input_audio_buffer.clear"}


def minutes_committed() -> Iterator[Frame]:
    """Commit a minute of sound, again and again, without turn detection."""
    yield update(audio={"input": {"turn_detection": None}})
    sound = base64.b64encode(noise(59 * 48_000)).decode()
    for _ in range(6):
        yield {"type": "input_audio_buffer.append", "audio": sound}
        yield {"type": "input_audio_buffer.commit"}


def tiny_appends() -> Iterator[Frame]:
    """Send sound in pieces of three bytes."""
    return itertools.repeat({"type": "input_audio_buffer.append", "audio": "AAAA"}, 20_000)


def large_recordings() -> Iterator[Frame]:
    """Have minutes of noise recognised."""
    yield from (recording(noise(10 * 2**20)) for _ in range(2))
    yield respond()


def out_of_band() -> Iterator[Frame]:
    """Ask for 400 responses out of band at once."""
    for number in range(400):
        asked = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": f"kettle {number}"}]}
        yield respond(conversation="none", output_modalities=["text"], input=[asked])


def spoken_at_length() -> Iterator[Frame]:
    """Have long answers spoken, eight at a time."""
    for _ in range(8):
        asked = {"type": "input_text", "text": "compare the pulse buds 2 and the harbor kettle"}
        yield respond(conversation="none", input=[{"type": "message", "role": "user", "content": [asked]}])


def many_items() -> Iterator[Frame]:
    """Put in as many items as are taken, and more."""
    return itertools.repeat(message("x"), 6000)


def restored_history() -> Iterator[Frame]:
    """Put in a history of 4,000 long messages, and ask."""
    yield TEXT_ONLY
    for number in range(2000):
        yield message(f"how much is the harbor kettle {number} " * 40)
        yield message("it costs 39 dollars. " * 40, "assistant")
    yield from turn("and how heavy is it?")


def many_parts() -> Iterator[Frame]:
    """Put many parts into one item."""
    part = {"type": "input_audio", "audio": "AAAA" * 40}
    yield {"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": [part] * 20_000}}


def huge_schemas() -> Iterator[Frame]:
    """Offer functions with enormous parameters."""
    properties = {f"property_{number}": {"type": "string", "enum": ["a", "b"]} for number in range(100_000)}
    yield update(tools=[{"type": "function", "name": "f", "parameters": {"type": "object", "properties": properties}}])


def deep_schemas() -> Iterator[Frame]:
    """Offer a function whose parameters refer to each other, deep and in a circle, and others nested 5,000 deep."""
    chain = {f"d{number}": {"allOf": [{"$ref": f"#/$defs/d{(number + 1) % 800}"}] * 2} for number in range(800)}
    tool = {"type": "function", "name": "f", "parameters": {"$ref": "#/$defs/d0", "$defs": chain}}
    yield TEXT_ONLY
    yield update(tools=[tool], tool_choice={"type": "function", "name": "f"})
    yield from turn("how much is the harbor kettle")
    nested = '{"items":' * 5000 + "{}" + "}" * 5000
    yield f'{{"type":"session.update","session":{{"type":"realtime","tools":[{{"parameters":{nested}}}]}}}}'


def outputs_without_calls() -> Iterator[Frame]:
    """Give the results of functions that nobody called."""
    for number in range(3000):
        output = {"type": "function_call_output", "call_id": f"call_{number}", "output": "x" * 1000}
        yield {"type": "conversation.item.create", "item": output}
        yield respond()


def many_outputs() -> Iterator[Frame]:
    """Restore calls with their results by the thousand, and have the dialogue go on with all of them."""
    yield TEXT_ONLY
    for number in range(2000):
        call = {"type": "function_call", "call_id": f"c{number}", "name": "f", "arguments": "{}"}
        yield {"type": "conversation.item.create", "item": call}
        output = {"type": "function_call_output", "call_id": f"c{number}", "output": '{"a": 1}'}
        yield {"type": "conversation.item.create", "item": output}
    yield respond()


def regenerate() -> Iterator[Frame]:
    """Have the same turn answered again and again."""
    yield from turn("do you have headphones under 100 dollars?")
    yield from itertools.repeat(respond(), 2000)


def ask_and_cancel() -> Iterator[Frame]:
    """Ask and cancel at once."""
    for number in range(500):
        yield from turn(f"is the harbor kettle heavier than the pulse buds {number}?")
        yield {"type": "response.cancel"}


def keywords() -> Iterator[Frame]:
    """Name other keywords, by the thousand, for each utterance."""
    for number in range(200):
        words = [f"word {number} {other}" for other in range(2000)]
        yield update(audio={"input": {"transcription": {"model": "heedful", "keywords": words}}})
        yield update(audio={"input": {"transcription": {"model": "heedful", "prompt": ", ".join(words)[:20_000]}}})
        yield recording(noise(48_000))
        yield respond()


def languages() -> Iterator[Frame]:
    """Change the language of each turn."""
    for number in range(300):
        code = ("en", "de", "fr", "xx", "e" * 10_000)[number % 5]
        yield update(audio={"input": {"transcription": {"model": "heedful", "language": code}}})
        yield recording(noise(24_000))
        yield respond()


def no_json() -> Iterator[Frame]:
    """Send what is no JSON, or no JSON that can be sent back."""
    yield from ('{"type":"session.update","session":{"tools":[{"x":1e999}]}}', "[" * 100_000, "{", "9" * 100_000)
    yield '{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_audio",'
    yield json.dumps(message("hello \ud800 there"))
    yield json.dumps({"type": "session.update", "session": {f"k{number}": number for number in range(200_000)}})


def huge_configuration() -> Iterator[Frame]:
    """Send a configuration of 20 MB."""
    tools = ",".join(['{"a":[1,2,3],"b":{"c":1}}'] * 700_000)
    yield f'{{"type":"session.update","session":{{"type":"realtime","tools":[{tools}]}}}}'
    yield from itertools.repeat(TEXT_ONLY, 20)


SENT: dict[str, Callable[[], Iterator[Frame]]] = {
    "8,000 signs": lambda: turn("!" * 8000),
    "4,000 signs": lambda: turn("!" * 3999 + "a"),
    "100,000 emoji": lambda: turn("\U0001f600" * 100_000),
    "30 kB of one word": lambda: turn("ab" * 15_000),
    "4,000 letters of one word": lambda: turn("ab" * 2000),
    "100 kB of words": lambda: turn("price of pulse buds " * 5000),
    "4,000 characters of words": lambda: turn(("price of pulse buds " * 200)[:4000]),
    "4,000 characters of numbers": lambda: turn(("forty nine ninety five and " * 200)[:4000]),
    "wordless": lambda: turn("\u200b" * 4000),
    "15 MiB appended": huge_append,
    "minutes committed": minutes_committed,
    "sound in three bytes": tiny_appends,
    "20 MiB of recordings": large_recordings,
    "out of band": out_of_band,
    "spoken at length": spoken_at_length,
    "6,000 items": many_items,
    "4,000 items restored": restored_history,
    "20,000 parts": many_parts,
    "enormous schemas": huge_schemas,
    "deep schemas": deep_schemas,
    "outputs without calls": outputs_without_calls,
    "2,000 outputs": many_outputs,
    "regenerate": regenerate,
    "ask and cancel": ask_and_cancel,
    "keywords": keywords,
    "languages": languages,
    "no JSON": no_json,
    "20 MB of configuration": huge_configuration,
}


def sending(frames: Callable[[], Iterator[Frame]]) -> Kind:
    """Make a kind of what is sent in one session."""

    async def send(target: Target) -> None:
        async with target.session() as socket:
            reading = asyncio.create_task(_read_until_quiet(socket))
            for frame in frames():
                await socket.send(frame if isinstance(frame, str) else json.dumps(frame))
            await reading

    return send


async def _read_until_quiet(socket: ClientConnection) -> None:
    quiet = 0
    while quiet < 4:
        try:
            await asyncio.wait_for(socket.recv(decode=False), QUIET_SECONDS)
            quiet = 0
        except TimeoutError:
            quiet += 1


# What else -----------------------------------------------------------------------------------------------------------


async def never_reads(target: Target) -> None:
    """Ask for a large item again and again, and read nothing."""
    async with target.session() as socket:
        socket.transport.pause_reading()
        await socket.send(json.dumps(recording(noise(6_000_000), transcript="x")))
        for _ in range(200):
            await socket.send(
                '{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[]}}'
            )
            await socket.send(json.dumps({"type": "session.update", "session": {"x": "y" * 2**20}}))


async def empty_fragments(target: Target) -> None:
    """Send one message in a million empty pieces."""

    async def pieces() -> AsyncIterator[str]:
        for _ in range(1_000_000):
            yield ""

    async with target.session() as socket:
        await socket.send(pieces())


async def pings(target: Target) -> None:
    """Send pings without an end."""
    async with target.session() as socket:
        for number in range(100_000):
            await socket.ping(str(number))


async def sessions(target: Target) -> None:
    """Open more sessions than there are places, but for a few, and close them."""

    async def visit() -> None:
        async with target.session() as socket:
            await socket.recv()

    await asyncio.gather(*(visit() for _ in range(50)), return_exceptions=True)


async def slow(target: Target, sent: bytes) -> None:
    """Keep connections open and send a byte now and then."""
    connections = await asyncio.gather(
        *(asyncio.open_connection(*target.address.rsplit(":", 1)) for _ in range(SLOW_CONNECTIONS))
    )
    try:
        for _, writer in connections:
            writer.write(sent)
        for _ in range(50):
            for _, writer in connections:
                writer.write(b"a")
            await asyncio.sleep(0.2)
    finally:
        for _, writer in connections:
            writer.close()


async def slow_heads(target: Target) -> None:
    """Send the head of a request byte by byte."""
    await slow(target, b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")


async def slow_bodies(target: Target) -> None:
    """Send the body of a request byte by byte."""
    head = b"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
    await slow(target, head + b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n")


async def long_heads(target: Target) -> None:
    """Send heads without an end."""
    head = b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: %s\r\n" % (number, b"a" * 1000) for number in range(2000))
    await asyncio.gather(*(target.exchange(head) for _ in range(20)), return_exceptions=True)


async def client_secrets(target: Target) -> None:
    """Ask for client secrets by the thousand, each with a large configuration."""
    body = json.dumps({"session": {"instructions": "x" * 60_000}, "expires_after": {"seconds": 10}}).encode()
    path = "/v1/realtime/client_secrets"
    await asyncio.gather(*(target.ask_http(path, body) for _ in range(100)), return_exceptions=True)


async def wrong_tokens(target: Target) -> None:
    """Resume conversations with tokens that are wrong."""

    async def guess(number: int) -> None:
        async with target.session(f"conversation=conv_{number:024x}&resume_token={'x' * 43}") as socket:
            await socket.recv()

    await asyncio.gather(*map(guess, range(30)), return_exceptions=True)


async def _ask(socket: ClientConnection) -> None:
    for frame in turn("how much is the harbor kettle"):
        await socket.send(json.dumps(frame))


async def taken_from_each_other(target: Target) -> None:
    """Take one conversation from each other, with a turn under way each time."""
    async with target.session() as socket:
        about = json.loads(await socket.recv())["session"]["heedful"]
        address = f"conversation={about['conversation_id']}&resume_token={about['resume_token']}&replay_items=true"
        await _ask(socket)
        async for event in socket:
            if '"response.done"' in str(event):
                break

    async def take() -> None:
        with contextlib.suppress(WebSocketException, OSError):
            async with target.session(address) as socket:
                await _ask(socket)
                async for _ in socket:
                    pass

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ROUND_SECONDS), asyncio.TaskGroup() as tasks:
            while True:
                tasks.create_task(take())
                await asyncio.sleep(0.03)


def _form(file: bytes, name: str) -> tuple[bytes, str]:
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + file + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"


async def bombs(target: Target) -> None:
    """Upload small files that are hours of silence."""
    sound = io.BytesIO()
    with soundfile.SoundFile(sound, "w", 8000, 1, format="FLAC") as file:
        for _ in range(110):
            file.write(np.zeros(8000 * 60, np.int16))
    body, content_type = _form(sound.getvalue(), "hours.flac")
    path = "/v1/audio/transcriptions"
    await asyncio.gather(*(target.ask_http(path, body, content_type) for _ in range(20)), return_exceptions=True)


async def long_uploads(target: Target) -> None:
    """Upload files of 30 MB of what is no sound."""
    body, content_type = _form(noise(30_000_000), "noise.mp3")
    path = "/v1/audio/transcriptions"
    await asyncio.gather(*(target.ask_http(path, body, content_type) for _ in range(4)), return_exceptions=True)


async def long_speech(target: Target) -> None:
    """Have 4,096 characters spoken, 16 times at once."""
    body = json.dumps({"input": ("The harbor kettle costs 39 dollars. " * 200)[:4096], "model": "x"}).encode()
    await asyncio.gather(*(target.ask_http("/v1/audio/speech", body) for _ in range(16)), return_exceptions=True)


KINDS: dict[str, Kind] = {name: sending(frames) for name, frames in SENT.items()} | {
    "never reads": never_reads,
    "a million empty pieces": empty_fragments,
    "pings": pings,
    "50 sessions at once": sessions,
    "slow heads": slow_heads,
    "slow bodies": slow_bodies,
    "endless heads": long_heads,
    "client secrets": client_secrets,
    "wrong resume tokens": wrong_tokens,
    "taken from each other": taken_from_each_other,
    "hours in a small file": bombs,
    "30 MB of no sound": long_uploads,
    "16 long texts spoken": long_speech,
}


def of_file(path: Path) -> Kind:
    """Make a kind of what is in a file: lines of JSON are sent in a session, anything else to the port as it stands."""
    if path.suffix in (".jsonl", ".json"):
        return sending(lambda: iter(path.read_text(encoding="utf-8").splitlines()))

    sent = path.read_bytes()

    async def send(target: Target) -> None:
        await target.exchange(sent)

    return send


async def abuse(kind: Kind, target: Target) -> None:
    """Do it again and again."""
    while True:
        with contextlib.suppress(OSError, WebSocketException, EOFError, TimeoutError):
            await asyncio.wait_for(kind(target), 2 * ROUND_SECONDS)
        await asyncio.sleep(0.01)


def main() -> None:
    """Do one kind of abuse until the process is killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", help=f"a file to send, or one of: {', '.join(KINDS)}")
    parser.add_argument("address", help="host:port")
    arguments = parser.parse_args()
    kind = KINDS.get(arguments.kind) or of_file(Path(arguments.kind))
    asyncio.run(abuse(kind, Target(arguments.address)))


if __name__ == "__main__":
    main()
