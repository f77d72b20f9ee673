"""`heedful serve`."""

import logging
import sys
from functools import partial
from typing import Annotated

import typer

from server.cli.arguments import Config, ProjectFolder, Set, read_settings, settle_in


def serve_cli(
    project: ProjectFolder = None,
    config: Config = None,
    flags: Set = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Start the server; it is ready when /readyz says so."""
    import asyncio

    from server.artifacts import assistant_project, built, require_built, versions

    given = {"host": host, "port": port}
    overrides = [f"server.{key}={value}" for key, value in given.items() if value is not None]
    settings = settle_in(read_settings(config, [*(flags or []), *overrides]), project)
    require_built(settings)
    sys.path.append(str(assistant_project(settings).folder))  # of what its actions import while they run
    from server.bootstrap import open_assistant, server_meter
    from server.defaults import session_defaults
    from server.transport.serve import serve_forever  # slow to import: what is missing is reported first
    from server.turns.log_lines import keep_lines_whole

    keep_lines_whole(logging.getLogger(), settings.server.log_format)
    logging.getLogger("server").setLevel(logging.INFO)
    models, look, named = partial(open_assistant, settings), partial(built, settings), partial(versions, settings)
    defaults = session_defaults(settings)
    asyncio.run(serve_forever(settings.server, defaults, models, look, server_meter(), named))
