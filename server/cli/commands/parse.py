"""`heedful parse`."""

from server.cli.arguments import Config, ProjectFolder, Set, read_settings, settle_in


def parse_cli(text: str, project: ProjectFolder = None, config: Config = None, flags: Set = None) -> None:
    """Print the intent and the entities of a text as JSON."""
    import json

    from server.bootstrap import open_understanding

    with open_understanding(settle_in(read_settings(config, flags), project)) as understanding:
        print(json.dumps(understanding.interpret(text).as_dict(), indent=2))
