"""`heedful index`, `forget`, `match` and `ask`: what is done with product knowledge."""

from pathlib import Path
from typing import Annotated

import typer

from server.cli.arguments import Config, Maps, Set, read_settings


def index_cli(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders to read, else [paths] knowledge.", metavar="PATH...")
    ] = None,
    maps: Maps = None,
    taxonomy: Annotated[
        Path | None, typer.Option(help="Place products in a taxonomy, a file as Google's taxonomy-with-ids.txt.")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Keep what the index has: add entries, and change those with the same id.")
    ] = False,
    write_map: Annotated[
        Path | None, typer.Option(help="Write how the file's columns were taken as a column map, to edit.")
    ] = None,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Index product knowledge, unless nothing changed: tables, workbooks, feeds, pages and texts of any shop.

    Columns are known by their names and values, and how each was taken is printed; --map puts a wrong guess right.

    Without --update, the index holds these entries and no others afterwards. Texts that it had keep their vectors.
    Entries that are broken are left out and told. The exit status is 0 when the index holds all the others, and 1 when
    too many are broken ([ingest] max_rejected_share) or nothing can be read; then the index stays as it was.
    """
    from server.building import build_index
    from server.cli.progress import Bars

    with Bars() as progress:
        settings = read_settings(config, flags)
        report = build_index(settings, paths or (), maps or (), taxonomy, progress, update=update, write_map=write_map)
    print(*report.lines(), sep="\n")


def forget_cli(
    ids: Annotated[list[str], typer.Argument(help="Ids as answers cite them, such as product:p1.", metavar="ID...")],
    config: Config = None,
    flags: Set = None,
) -> None:
    """Remove entries from the index, and with a product its reviews; the source files are not touched."""
    from retrieval.ingestion.indexing import index_lines
    from server.building import forget
    from server.cli.progress import Bars

    with Bars() as progress:
        report = forget(read_settings(config, flags), ids, progress)
    print(*index_lines(report), sep="\n")


def match_cli(
    left: Annotated[Path, typer.Argument(help="A file or folder of products; its values come first.")],
    right: Annotated[Path, typer.Argument(help="Another, with products that may be the same.")],
    maps: Maps = None,
    out: Annotated[Path, typer.Option(help="The JSON Lines file to write, for `heedful index`.")] = Path(
        "merged.jsonl"
    ),
    config: Config = None,
    flags: Set = None,
) -> None:
    """Make one catalogue of two: the same product becomes one, and values that differ stay with their source."""
    from server.cli.match_catalogs import match_files
    from server.cli.progress import Bars

    with Bars() as progress:
        report = match_files(read_settings(config, flags), left, right, maps or (), out, progress)
    print(*report.lines(), sep="\n")


def ask_cli(question: str, config: Config = None, flags: Set = None) -> None:
    """Answer a question from the product knowledge alone, with its sources."""
    from retrieval.question import Question
    from server.bootstrap import open_knowledge

    with open_knowledge(read_settings(config, flags)) as (_, answerer):
        answer = answerer.answer(Question(question))
    if answer is None:
        print("Nothing in the knowledge answers that.")
        raise typer.Exit(1)
    print(answer.text)
    print(" ".join(answer.source_ids))
