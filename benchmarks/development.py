"""What changed [asr] settings do to errors and processor time, on the clips that settings are chosen by.

`python -m benchmarks.development "" "beam_size=5" "beam_size=5,min_context_seconds=10"` hears every clip with each set
of settings in turn ("" for the defaults) and prints word errors and the median of processor milliseconds; the clips are
those of ../shared/bench/asr that nothing is measured on. `--json` keeps what was heard of each.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from asr.audio.audio_files import read_audio
from asr.evaluation.recognition import Clip, ClipResult, judge, summarize
from asr.recognizer import WhisperRecognizer
from asr.samples import SAMPLE_RATE_HZ
from benchmarks.asr import DATA, read_entries
from server.bootstrap import load_recognizer
from server.settings import load_settings

SETS = ("clean", "misc", "spelled", "digits")


def main() -> None:
    """Print a line for each set of clips and of settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("settings", nargs="+", help='such as "beam_size=5,threads=2"')
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=SETS)
    parser.add_argument("--every", type=int, default=1, help="take every n-th clip of a set only")
    parser.add_argument("--favour", action="store_true", help="favour what the assistant expects, as a server does")
    parser.add_argument("--json", type=Path, help="write what was heard to this file")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"the benchmark clips are absent: {DATA}")
    recognizers = {text: load(text, arguments.model, favouring=arguments.favour) for text in arguments.settings}
    heard: list[dict[str, object]] = []
    print(f"{'set':9}{'clips':>6}{'WER':>8}{'errors':>8}{'loops':>7}{'ms':>7}{'mean ms':>9}  settings")
    for name in arguments.sets:
        results: dict[str, list[ClipResult]] = {text: [] for text in recognizers}
        for entry in list(entries(name))[:: arguments.every]:
            for text, recognizer in recognizers.items():
                result, sureness = hear(recognizer, entry)
                results[text].append(result)
                heard.append({"set": name, "settings": text, "sureness": sureness, **plain(result)})
        for text, some in results.items():
            print(f"{name:9}{line(some)}  {text or 'the defaults'}", flush=True)
    if arguments.json:
        arguments.json.write_text("\n".join(map(json.dumps, heard)), encoding="utf-8")


def load(settings: str, model: str, *, favouring: bool) -> WhisperRecognizer:
    """A recogniser with these settings, "key=value" with commas between them. Raises SettingsError."""
    chosen = [f"asr.{one}" for one in settings.split(",") if one]
    loaded = load_settings(flags=[f"asr.model={model}", *chosen])
    return load_recognizer(loaded) if favouring else WhisperRecognizer.load(loaded.asr)


def entries(name: str) -> Iterator[dict[str, object]]:
    """The lines of a set; `clean`: every second one of LibriSpeech's training part."""
    if name != "clean":
        yield from (entry for entry in read_entries(name) if entry["text"])
        return
    yield from [entry for entry in read_entries("read") if "train-clean" in entry["audio"]][::2]


def hear(recognizer: WhisperRecognizer, entry: dict[str, object]) -> tuple[ClipResult, float]:
    """One clip recognised, in processor seconds, and how sure the recogniser was."""
    samples = read_audio(DATA / str(entry["audio"]))
    started = time.process_time()
    transcript = recognizer.transcribe(samples)
    seconds = time.process_time() - started
    clip = Clip(DATA / str(entry["audio"]), str(entry["text"]), str(entry["kind"]))
    result = judge(clip, transcript.text, len(samples) / SAMPLE_RATE_HZ, seconds)
    return result, transcript.average_log_probability


def plain(result: ClipResult) -> dict[str, object]:
    """What is kept of a result."""
    audio = result.clip.audio.name
    return {"audio": audio, "reference": result.reference, "heard": result.hypothesis, **asdict(result.words)}


def line(results: Sequence[ClipResult]) -> str:
    """The figures of one set under one set of settings."""
    summary = summarize(results)
    words, mean_ms = summary.words, sum(result.seconds for result in results) / len(results) * 1000
    errors = words.substitutions + words.deletions + words.insertions
    return f"{summary.clips:6}{words.rate:8.1%}{errors:8}{summary.loops:7}{summary.median_ms:7.0f}{mean_ms:9.0f}"


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
