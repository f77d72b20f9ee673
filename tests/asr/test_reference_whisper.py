import subprocess
import sys

from asr import reference_whisper


def test_recognising_imports_no_numba_and_word_times_do() -> None:
    code = """
import sys
import asr.longform, asr.word_timestamps, asr.model.checkpoint
print("numba" in sys.modules, "whisper.timing" in sys.modules)
import whisper.timing
print("numba" in sys.modules, whisper.timing.add_word_timestamps.__module__)
print(sys.modules["whisper.transcribe"].add_word_timestamps is asr.reference_whisper.add_word_timestamps)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["False False", "True whisper.timing", "True"], done.stderr


def test_word_times_are_whispers_own() -> None:
    segments: list[dict[str, object]] = []
    settings = {"model": None, "tokenizer": None, "mel": None, "num_frames": 0, "last_speech_timestamp": 0.0}
    reference_whisper.add_word_timestamps(segments=segments, **settings)
    assert segments == []
