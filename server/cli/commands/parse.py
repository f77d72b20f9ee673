"""`heedful parse`."""

from server.cli.arguments import Config, Set, read_settings


def parse_cli(text: str, config: Config = None, flags: Set = None) -> None:
    """Print the intent and the entities of a text as JSON."""
    import json

    from server.bootstrap import open_understanding

    with open_understanding(read_settings(config, flags)) as understanding:
        print(json.dumps(understanding.interpret(text).as_dict(), indent=2))
