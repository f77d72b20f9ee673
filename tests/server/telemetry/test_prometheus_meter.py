"""The figures as Prometheus reads them, and the dashboard that asks for them."""

import json
import re
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open_metrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from server.telemetry.prometheus_meter import PrometheusMeter

DASHBOARD = Path(__file__).parents[3] / "tools" / "grafana" / "heedful.json"
OPEN_METRICS = "application/openmetrics-text;version=1.0.0"


@pytest.fixture
def used() -> PrometheusMeter:
    """A meter in which everything has been counted."""
    meter = PrometheusMeter()
    meter.watch(lambda: 3, lambda: 2)
    meter.loaded({"model": "shop.tar.gz", "index": "0a1b"})
    meter.session_opened()
    for outcome in ("completed", "completed", "cancelled"):
        meter.turn_ended(outcome)
    meter.interrupted()
    meter.fell_back()
    meter.failed("server_busy")
    meter.stage_took("dialogue", 0.03)
    meter.first_audio_after(0.2)
    return meter


def samples(text: str, content_type: str) -> dict[str, float]:
    read = read_open_metrics if content_type.startswith("application/openmetrics-text") else read_text
    return {
        sample.name + "".join(f" {value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in read(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("accept", ["", "text/plain", "*/*", OPEN_METRICS])
def test_every_figure_is_shown_in_both_formats(used: PrometheusMeter, accept: str) -> None:
    body, content_type = used.shown(accept)
    assert content_type.startswith("application/openmetrics-text" if accept == OPEN_METRICS else "text/plain; version=")
    shown = samples(body.decode(), content_type)
    assert {
        "heedful_sessions": 3,
        "heedful_waiting_calls": 2,
        "heedful_sessions_opened_total": 1,
        "heedful_loaded_info 0a1b shop.tar.gz": 1,
        "heedful_turns_total completed": 2,
        "heedful_turns_total cancelled": 1,
        "heedful_interruptions_total": 1,
        "heedful_fallbacks_total": 1,
        "heedful_errors_total server_busy": 1,
        "heedful_stage_seconds_count dialogue": 1,
        "heedful_stage_seconds_sum dialogue": 0.03,
        "heedful_stage_seconds_bucket 0.02 dialogue": 0,
        "heedful_stage_seconds_bucket 0.04 dialogue": 1,
        "heedful_first_audio_seconds_sum": 0.2,
    }.items() <= shown.items()


def test_the_model_that_has_gone_is_shown_no_longer(used: PrometheusMeter) -> None:
    used.loaded({"model": "new.tar.gz", "index": "0a1b"})
    text = used.shown("")[0].decode()
    assert "new.tar.gz" in text
    assert "shop.tar.gz" not in text


def test_two_servers_in_one_process_have_figures_of_their_own(used: PrometheusMeter) -> None:
    assert 'heedful_turns_total{outcome="completed"} 2.0' in used.shown("")[0].decode()
    assert "completed" not in PrometheusMeter().shown("")[0].decode()


def test_the_dashboard_asks_only_for_figures_and_labels_that_there_are(used: PrometheusMeter) -> None:
    text = used.shown("")[0].decode()
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    queries = [target["expr"] for panel in panels for target in panel["targets"]]
    asked = set(re.findall(r"\b(?:heedful|process)_\w+", " ".join(queries)))
    shown = {sample.name for family in read_text(text) for sample in family.samples}
    assert asked - shown == set()
    ours = {name for name in shown if name.startswith("heedful_") and not name.endswith(("_created", "_sum", "_count"))}
    assert ours - asked == set()
    for query in queries:
        grouped = {label for found in re.findall(r"by \(([^)]*)\)", query) for label in found.split(", ")}
        assert all(f'{label}="' in text for label in grouped)
