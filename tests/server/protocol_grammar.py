"""Messages that a client might send: made from the stock client's own types, many of them broken afterwards."""

import base64
import copy
import json
import random
from collections.abc import Callable
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from openai.types.realtime.realtime_client_event import RealtimeClientEvent
from pydantic import BaseModel

from asr.audio.sample_codec import encode_pcm16
from tests.fakes import loud, silence

EVENTS = [model for model in get_args(get_args(RealtimeClientEvent)[0]) if "type" in model.model_fields]
TEXTS = ["", "hello", "a b c", "root", "heedful.intent", "ünïcode 😀", "\ud800", "x" * 600, "0", "null", "\n\t\x00"]
NUMBERS = [0, 1, -1, 24_000, 4096, 4097, 2**63, 10**30]
JUNK: list[Any] = [None, True, 0, -1, 1.5, 1e300, "", "x", [], {}, [[]], {"type": "x"}, [None], "A" * 5000, {"id": 3}]
SOUNDS = [encode_pcm16(loud(0.4)), encode_pcm16(silence(0.8)), encode_pcm16(loud(1.5)), b"\x00", b""]


class Grammar:
    """Draws messages. `known_ids` are names that the session has given, which a client might use."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.known_ids: list[str] = ["nothing"]

    def frame(self) -> str | bytes:
        """Draw one frame: what clients do all the time, anything that the types have, or one of both, broken."""
        ordinary = self.random.random() < 0.5
        event = self._ordinary() if ordinary else self._model(self.random.choice(EVENTS), 0)
        if self.random.random() < 0.3:
            for _ in range(self.random.choice([1, 1, 1, 2, 5])):
                self._break(event)
        text = json.dumps(event)
        if self.random.random() < 0.02:
            half = text[: len(text) // 2]
            broken: list[str | bytes] = [text.encode(), half, f"[{text}]", text + "}", "NaN", "", "[" * 999]
            return self.random.choice(broken)
        return text

    def _ordinary(self) -> dict[str, Any]:
        known, draw = self.random.choice(self.known_ids[-8:]), self.random
        sound = base64.b64encode(draw.choice(SOUNDS)).decode()
        part = draw.choice([{"type": "input_text", "text": "hello"}, {"type": "input_audio", "audio": sound}])
        message = {"type": "message", "role": "user", "content": [part]}
        reference = {"type": "item_reference", "id": known}
        request: dict[str, Any] = draw.choice(
            [{}, {"metadata": {"a": "b"}}, {"conversation": "none", "input": [message]}]
        )
        if draw.random() < 0.2:
            request = {**request, "input": [draw.choice([message, reference])]}
        detection = draw.choice([None, {"type": "server_vad", "idle_timeout_ms": 1000}, {"type": "semantic_vad"}])
        audio = {"input": {"turn_detection": detection, "format": draw.choice([{"type": "audio/pcmu"}, None])}}
        session = {"type": "realtime", "audio": audio, "output_modalities": [draw.choice(["text", "audio"])]}
        return copy.deepcopy(
            draw.choice(
                [
                    {"type": "input_audio_buffer.append", "audio": sound},
                    {"type": "input_audio_buffer.append", "audio": sound},
                    {"type": "input_audio_buffer.commit"},
                    {"type": "conversation.item.create", "item": message},
                    {"type": "response.create", "response": request},
                    {"type": "response.create", "response": request},
                    {"type": "response.cancel"},
                    {"type": "conversation.item.truncate", "item_id": known, "content_index": 0, "audio_end_ms": 10},
                    {"type": "conversation.item.retrieve", "item_id": known},
                    {"type": "session.update", "session": session},
                ]
            )
        )

    def _break(self, value: Any) -> None:
        """Change one place, however deep."""
        if isinstance(value, list):
            places: list[Any] = list(range(len(value)))
        elif isinstance(value, dict):
            places = list(value)
        else:
            return
        if not places or self.random.random() < 0.2:
            if isinstance(value, dict):
                value[self.random.choice(["", "type", "id", "audio", "extra", "output"])] = self._junk()
            return
        place = self.random.choice(places)
        if place == "type" and self.random.random() < 0.8:
            return
        if isinstance(value[place], dict | list) and self.random.random() < 0.7:
            self._break(value[place])
        elif self.random.random() < 0.3:
            del value[place]
        else:
            value[place] = self._junk()

    def _junk(self) -> Any:
        return copy.deepcopy(self.random.choice(JUNK))

    def _model(self, model: type[BaseModel], depth: int) -> dict[str, Any]:
        return {
            name: self._field(name, field.annotation, depth)
            for name, field in model.model_fields.items()
            if field.is_required() or name == "type" or self.random.random() < (0.6 if depth < 3 else 0.3)
        }

    def _field(self, name: str, kind: Any, depth: int) -> Any:
        if name.endswith("_id") or name == "id":
            return self.random.choice(self.known_ids[-8:] + ["new", f"new_{self.random.randrange(50)}"])
        if name == "audio" and str in (kind, *get_args(kind)):
            return base64.b64encode(self.random.choice(SOUNDS)).decode()
        return self._value(kind, depth)

    def _value(self, kind: Any, depth: int) -> Any:
        origin, inner = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self._value(inner[0], depth)
        if origin is Literal:
            return self.random.choice(inner)
        if origin is Union or isinstance(kind, type(int | None)):
            return self._value(self.random.choice(inner), depth)
        if origin is list:
            return [self._value(inner[0], depth + 1) for _ in range(self.random.choice([0, 1, 1, 2]))]
        if origin is dict:
            return {
                self.random.choice(TEXTS): self._value(inner[1], depth + 1)
                for _ in range(self.random.choice([0, 1, 2]))
            }
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return self._model(kind, depth + 1)
        plain: dict[Any, Callable[[], Any]] = {
            str: lambda: self.random.choice(TEXTS),
            int: lambda: self.random.choice(NUMBERS),
            float: lambda: self.random.choice([0.0, 0.5, 1.0, 2.5, -1.0, 1e300]),
            bool: lambda: self.random.random() < 0.5,
            type(None): lambda: None,
        }
        return plain.get(kind, self._junk)()
