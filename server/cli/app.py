"""The `heedful` command: its name, its commands, its log and how it reports errors."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from server.cli.commands.clients import chat_cli, reload_cli, talk_cli
from server.cli.commands.conversations import delete_cli, expire_cli, list_cli, show_cli
from server.cli.commands.demo import demo_cli
from server.cli.commands.evaluate import evaluate_asr_cli, evaluate_nlu_cli, evaluate_retrieval_cli
from server.cli.commands.evaluate_speech import evaluate_speech_cli
from server.cli.commands.keys import add_cli as add_key_cli
from server.cli.commands.keys import list_cli as list_keys_cli
from server.cli.commands.keys import revoke_cli as revoke_key_cli
from server.cli.commands.knowledge import ask_cli, forget_cli, index_cli, match_cli
from server.cli.commands.parse import parse_cli
from server.cli.commands.project import train_cli, validate_cli
from server.cli.commands.say import say_cli
from server.cli.commands.serve import serve_cli
from server.cli.commands.stories import stories_cli
from server.cli.commands.transcribe import transcribe_cli
from server.turns.log_lines import LOG_FORMAT

NOISY = ("asyncio", "websockets", "matplotlib", "urllib3", "numba", "tensorflow", "h5py")

app = typer.Typer(
    name="heedful",
    help="A self-hosted voice and chat assistant.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
evaluate = typer.Typer(help="Measure a part of the assistant.", no_args_is_help=True, rich_markup_mode=None)
conversations = typer.Typer(help="What is kept of conversations.", no_args_is_help=True, rich_markup_mode=None)
keys = typer.Typer(help="Keys that open the server.", no_args_is_help=True, rich_markup_mode=None)

app.command("serve")(serve_cli)
app.command("talk")(talk_cli)
app.command("chat")(chat_cli)
app.command("demo")(demo_cli)
app.command("transcribe")(transcribe_cli)
app.command("parse")(parse_cli)
app.command("validate")(validate_cli)
app.command("train")(train_cli)
app.command("test")(stories_cli)
app.command("index")(index_cli)
app.command("forget")(forget_cli)
app.command("match")(match_cli)
app.command("reload")(reload_cli)
app.command("ask")(ask_cli)
app.command("say")(say_cli)
app.add_typer(evaluate, name="evaluate")
evaluate.command("asr")(evaluate_asr_cli)
evaluate.command("nlu")(evaluate_nlu_cli)
evaluate.command("speech")(evaluate_speech_cli)
evaluate.command("retrieval")(evaluate_retrieval_cli)
app.add_typer(conversations, name="conversations")
conversations.command("list")(list_cli)
conversations.command("show")(show_cli)
conversations.command("delete")(delete_cli)
conversations.command("expire")(expire_cli)
app.add_typer(keys, name="keys")
keys.command("add")(add_key_cli)
keys.command("list")(list_keys_cli)
keys.command("revoke")(revoke_key_cli)


def main() -> None:
    """Run the command line; an error is one line on stderr, with exit status 1 (2 for wrong usage)."""
    with _errors_in_one_line():
        app()


@contextmanager
def _errors_in_one_line() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # Broad, because nothing above it could handle anything: a person reads the message, the debug log the trace.
        logging.getLogger(__name__).debug("the command failed", exc_info=True)
        print(f"heedful: {error or type(error).__name__}", file=sys.stderr)
        sys.exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"heedful {version('heedful')}")
        raise typer.Exit


@app.callback()
def _logs(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what happens, and full errors.")] = False,
) -> None:
    level = logging.DEBUG if verbose else logging.WARNING
    logging.basicConfig(level=level, stream=sys.stderr, format=LOG_FORMAT)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
