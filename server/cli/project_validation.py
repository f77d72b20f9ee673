"""Finds everything that is wrong with a Rasa project, and reports it as text or JSON."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from dialogue.project.project_files import ProjectFiles, read_project_files, unreadable
from dialogue.project.rasa_project import Project
from nlu.data.examples import Example, NluData
from nlu.data.nlu_files import data_files, read_nlu_file
from nlu.data.yaml_nodes import DataError
from nlu.evaluation.understanding import cross_validate, without_repetitions
from nlu.validation.annotations import inconsistent_annotations
from nlu.validation.duplicates import near_duplicates, same_texts
from nlu.validation.findings import SEVERITIES, Finding
from nlu.validation.inventory import faulty_listings, too_few_examples, unknown_entities, unused_listings
from nlu.validation.overlaps import overlapping_entries
from server.bootstrap import load_joint_trainer
from server.settings import Settings

SHOWN_LINES = 6
"""How many of the other lines that a finding is about the text shows; JSON has them all."""


def validate(settings: Settings, project: Project, notice: Callable[[str], None] = lambda _: None) -> list[Finding]:
    """Return all findings, errors first; raises ProjectError when training would not begin.

    `notice` receives the names of steps that take long. A file that cannot be read at all ends the validation: what it
    lacks would look like mistakes of the other files.
    """
    project.require_inputs()
    found = [_unreadable(error) for error in unreadable(project)]
    if not found:
        data, found = _read(project)
    if not found:
        found = list(_findings(settings, project, data, notice))
    order = {severity: number for number, severity in enumerate(SEVERITIES)}
    return sorted(found, key=lambda finding: order[finding.severity])


def _read(project: Project) -> tuple[NluData, list[Finding]]:
    """The NLU data, and what in each file keeps it from being read."""
    data, found = NluData(), []
    for file in data_files(*filter(Path.exists, project.data)):
        try:
            data += read_nlu_file(file)
        except DataError as error:
            found.append(_unreadable(error))
    return data, found


def _unreadable(error: DataError) -> Finding:
    return Finding("error", "unreadable", error.problem, error.cure, error.place)


def _findings(settings: Settings, project: Project, data: NluData, notice: Callable[[str], None]) -> Iterator[Finding]:
    files = read_project_files(project)
    examples = [example for example in data.examples if example.text.strip()]
    notice("reading")
    if _without_domain(project):
        message, cure = "there is no domain: only understanding is trained", "write domain.yml, where it is to answer"
        yield Finding("hint", "no-domain", message, cure, files.config)
    yield from _rasa_findings(project, files, examples)
    yield from _tool_and_action_findings(project, files)
    yield from same_texts(examples)
    yield from inconsistent_annotations(examples)
    yield from faulty_listings(data)
    yield from overlapping_entries(data, files.pipeline)
    if not project.has_importers:  # what these find elsewhere may be what is missed here
        yield from too_few_examples(examples, settings.validation.min_examples)
        yield from unused_listings(data, files.pipeline)
        if not _without_domain(project):
            yield from unknown_entities(examples, files.domain["entities"])
    yield from _learnt_findings(settings, without_repetitions(examples), notice)


def _without_domain(project: Project) -> bool:
    return project.rasa_domain is None and not project.has_importers


def _rasa_findings(project: Project, files: ProjectFiles, examples: Sequence[Example]) -> Iterator[Finding]:
    from dialogue.validation.rasa_validator import rasa_findings

    intents = {example.intent: example.place for example in reversed(examples)}
    for finding in rasa_findings(project, files, intents):
        if not (_without_domain(project) and (finding.kind, finding.severity) == ("unknown-intent", "warning")):
            yield finding


def _tool_and_action_findings(project: Project, files: ProjectFiles) -> Iterator[Finding]:
    from dialogue.project.action_sources import missing_actions
    from dialogue.tools.binding_checks import wrong_bindings
    from dialogue.tools.bindings import read_bindings

    try:
        bindings = tuple(read_bindings(project.client_tools)) if project.client_tools.is_file() else ()
    except DataError as error:
        yield _unreadable(error)
        return
    if not project.has_importers:  # which may bring what is not in these files
        yield from wrong_bindings(bindings, files.domain)
    yield from missing_actions(files, project.folder, {bound.name for bound in bindings if bound.trigger == "action"})


def _learnt_findings(
    settings: Settings, examples: Sequence[Example], notice: Callable[[str], None]
) -> Iterator[Finding]:
    """What only the encoder and a trained head can tell."""
    from nlu.options import JointOptions
    from nlu.validation.confusions import confused_intents

    options = settings.validation
    labelled = [example for example in examples if example.intent]
    if not labelled:
        return
    notice("encoding")
    trainer = load_joint_trainer(settings, JointOptions(entity_recognition=False))
    vectors = trainer.encoder.embed([example.text for example in labelled])
    yield from near_duplicates(labelled, vectors, options.near_duplicate_similarity)
    if 2 <= options.confusion_folds <= len(labelled):
        outcomes = cross_validate(trainer, labelled, options.confusion_folds, seed=0, notice=notice)
        yield from confused_intents(outcomes, options.min_confusions)


def as_text(findings: Sequence[Finding]) -> Iterator[str]:
    """The findings as lines that editors and terminals can jump to, and how many there are."""
    for finding in findings:
        where = f"{finding.place}: " if finding.place else ""
        yield f"{where}{finding.severity}: {finding.message}"
        yield from (f"    {other.place}: {other.text}" for other in finding.also[:SHOWN_LINES])
        if len(finding.also) > SHOWN_LINES:
            yield f"    and {len(finding.also) - SHOWN_LINES} more"
        yield f"    cure: {finding.cure} [{finding.kind}]"
    counts = Counter(finding.severity for finding in findings)
    yield ", ".join(f"{counts[severity]} {severity}s" for severity in SEVERITIES)


def as_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings for JSON."""
    return [
        {
            "severity": finding.severity,
            "kind": finding.kind,
            "message": finding.message,
            "cure": finding.cure,
            "file": str(finding.place.file) if finding.place else None,
            "line": finding.place.line if finding.place else None,
            "also": [
                {"file": str(other.place.file), "line": other.place.line, "text": other.text} for other in finding.also
            ],
        }
        for finding in findings
    ]


def is_failed(findings: Sequence[Finding], strict: bool) -> bool:
    """Whether there is an error, or with `strict` a warning."""
    bad = ("error", "warning") if strict else ("error",)
    return any(finding.severity in bad for finding in findings)
