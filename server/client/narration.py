"""What happens in a turn, line by line, for a person at a terminal."""

import json
from typing import Any

from server.client.realtime_client import Turn


def narrate(seconds: float, event: dict[str, Any]) -> str | None:
    """Describe an event worth a line in one, with the time since the turn began."""
    text = _describe(event)
    return None if text is None else f"{seconds:7.2f} s  {text}"


def _describe(event: dict[str, Any]) -> str | None:
    match event["type"]:
        case "input_audio_buffer.speech_started":
            return f"speech started       at {event['audio_start_ms'] / 1000:.2f} s of the audio"
        case "input_audio_buffer.speech_stopped":
            return f"speech stopped       at {event['audio_end_ms'] / 1000:.2f} s of the audio"
        case "conversation.item.input_audio_transcription.delta":
            return f"hearing              {event['delta'].strip()}"
        case "conversation.item.input_audio_transcription.completed":
            return f"heard                {event['transcript']!r}"
        case "response.output_text.delta" | "response.output_audio_transcript.delta":
            return f"answer               {event['delta'].strip()}"
        case "response.done":
            return f"response             {event['response']['status']}"
        case _:
            return None


def summarize(turn: Turn) -> list[str]:
    """Describe what was understood, what is cited and what each stage took."""
    known = turn.metadata
    found = json.loads(known.get("heedful.entities", "[]"))
    entities = ", ".join(f"{entity['name']}={entity['value']!r}" for entity in found)
    lines = [
        f"intent      {known.get('heedful.intent', '-')} ({known.get('heedful.confidence', '-')})",
        f"entities    {entities or '-'}",
        f"sources     {' '.join(turn.sources) or '-'}",
        f"stages      {', '.join(f'{name} {ms} ms' for name, ms in turn.timings_ms.items()) or '-'}",
    ]
    if turn.wait_seconds is not None:
        since = "end of speech" if turn.speech_end_seconds else "sending"
        lines.append(f"waited      {turn.wait_seconds:.2f} s from {since} to the first sound")
    return lines
