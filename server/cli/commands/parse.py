"""`heedful parse`."""

from server.cli.arguments import Config, Set, read_settings


def parse_cli(text: str, config: Config = None, flags: Set = None) -> None:
    """Print the intent and the entities of a text as JSON."""
    import json
    from dataclasses import asdict

    from server.bootstrap import open_understanding

    with open_understanding(read_settings(config, flags)) as understanding:
        print(json.dumps(asdict(understanding.interpret(text)), indent=2))
