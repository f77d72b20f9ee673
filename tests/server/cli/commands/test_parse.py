"""`heedful parse`."""

import json
from pathlib import Path

import pytest

from server.settings import Settings
from tests.server.cli.running import heedful_here


def test_without_a_trained_assistant_it_says_how_to_train_one(tmp_path: Path) -> None:
    result = heedful_here("parse", "hello", folder=tmp_path)
    assert (result.returncode, result.stdout, "heedful train" in result.stderr) == (1, "", True)


@pytest.mark.heavy
def test_it_prints_the_intent_and_the_entities_as_json(built: Settings) -> None:
    result = heedful_here("parse", "where is my order 48213", "--config", str(built.file))
    printed = json.loads(result.stdout)
    assert printed["text"] == "where is my order 48213"
    assert printed["intent"]["name"] == "order_status"
    assert [entity["value"] for entity in printed["entities"]] == ["48213"]
