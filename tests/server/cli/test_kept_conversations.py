"""What is shown of conversations, and which are chosen."""

import json
from pathlib import Path

import pytest

from dialogue.memory.conversation_store import ConversationRecord, ConversationStore
from server.cli.kept_conversations import as_table, chosen, json_lines, lines_of, opened
from server.settings import SettingsError, load_settings

RECORD = ConversationRecord("conv_1", "ann", 0.0, 86_400.0, 3, 512)


def test_a_line_says_who_when_and_how_much() -> None:
    assert " ".join(next(as_table([RECORD])).split()) == "conv_1 ann 1970-01-02 00:00:00 3 turns"
    assert json.loads(next(json_lines([RECORD])))["bytes"] == 512


def test_each_item_is_a_line() -> None:
    items = [
        {"type": "message", "role": "user", "content": [{"type": "input_audio", "transcript": "hello"}]},
        {"type": "message", "role": "user", "content": [{"type": "input_image"}, {"type": "input_text", "text": "?"}]},
        {"type": "function_call", "arguments": "{}"},
    ]
    assert list(lines_of([json.dumps(item) for item in items])) == [
        "user: hello",
        "user: [input_image] ?",
        'function_call: "{}"',
    ]


def test_either_ids_or_a_user_choose() -> None:
    store = ConversationStore()
    store.open("a", user="ann")
    store.write(store.turn("a", (), ends=True))
    assert (chosen(store, ["b"], None), chosen(store, [], "ann")) == (["b"], ["a"])
    for ids, user in ((["b"], "ann"), ([], None)):
        with pytest.raises(ValueError, match="--user"):
            chosen(store, ids, user)


@pytest.mark.parametrize("named", ["", "absent.db"])
def test_without_a_file_there_is_nothing_to_list(tmp_path: Path, named: str) -> None:
    path = str(tmp_path / named) if named else ""
    settings = load_settings(None, {"HEEDFUL_CONFIG": ""}, [f"dialogue.tracker_path={path}"])
    with pytest.raises(SettingsError, match="tracker_path"), opened(settings):
        pass
