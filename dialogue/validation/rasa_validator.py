"""What `rasa data validate` finds, from Rasa's own validator, as findings with a place and a cure."""

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogue.answer_manners import ANSWER_ACTIONS, NO_ANSWER_RESPONSE
from dialogue.patterns.default_domain import POLICY, default_responses
from dialogue.patterns.names import patterns_by_intent, slot_help, suggestion_of
from dialogue.project.action_sources import action_sources
from dialogue.project.project_files import ProjectFiles, components_of
from dialogue.project.project_modules import own_modules
from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.validation.rasa_components import component_errors
from dialogue.validation.rasa_errors import findings_of, place_in
from nlu.data.examples import Listed, Place
from nlu.evaluation.understanding import FALLBACK
from nlu.validation.findings import Finding, Severity

with quiet_imports():
    from rasa.core.training.story_conflict import StoryConflict, find_story_conflicts
    from rasa.shared.core.generator import TrainingDataGenerator
    from rasa.shared.exceptions import RasaException
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.validator import Validator

# What Rasa raises about a project that it cannot read; some checks of its own raise these bare errors.
UNREADABLE = (RasaException, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Rule:
    """How one of Rasa's messages becomes a finding: `name` in the pattern is looked up under `keys`."""

    pattern: str
    severity: Severity
    kind: str
    cure: str
    keys: tuple[str, ...] = ()


RULES = (
    Rule(
        r"intent '(?P<name>[^']+)' is listed in the domain file, but is not found",
        "warning",
        "intent-without-examples",
        "write examples for it, or remove it from the domain",
        ("intents",),
    ),
    Rule(
        r"labeled with intent '(?P<name>[^']+)'. This intent is not listed in your domain",
        "warning",
        "unknown-intent",
        "add it to intents in the domain",
    ),
    Rule(
        r"intent '(?P<name>[^']+)' is used in your stories, but it is not listed",
        "error",
        "unknown-intent",
        "add it to intents in the domain, with examples",
        ("intent",),
    ),
    Rule(
        r"intent '(?P<name>[^']+)' is not used in any story or rule",
        "warning",
        "unused-intent",
        "write a rule for it, or remove it with its examples",
        ("intents",),
    ),
    Rule(
        r"action '(?P<name>utter_[^']+)' is used in the stories, but is not a valid utterance",
        "error",
        "unknown-response",
        "add it to responses in the domain",
        ("action",),
    ),
    Rule(
        r"utterance '(?P<name>[^']+)' is not used in any story or rule",
        "hint",
        "unused-response",
        "use it in a rule or in an action, or remove it",
        ("responses",),
    ),
    Rule(
        r"form '(?P<name>[^']+)' is used in the '.*' block, but it is not listed",
        "error",
        "unknown-form",
        "add it to forms in the domain",
        ("active_loop", "action"),
    ),
    Rule(
        r"action '(?P<name>[^']+)' is used in the '.*' block, but it is not listed",
        "error",
        "unknown-action",
        "add it to actions in the domain",
        ("action",),
    ),
    Rule(
        r"form slot '[^']+' in form '(?P<name>[^']+)' is not present",
        "error",
        "unknown-slot",
        "add the slot to the domain, or fix its name",
        ("forms",),
    ),
    Rule(
        r"Slot '(?P<name>[^']+)' has a mapping condition for form",
        "error",
        "slot-mapping",
        "name a form of the domain that requires this slot, or remove the condition",
        ("slots",),
    ),
    Rule(
        r"intent (?P<name>\S+) in the domain file is using the MappingPolicy",
        "error",
        "mapping-policy",
        "write a rule in place of triggers",
        ("intents",),
    ),
    Rule(
        r"config file is missing (?:the|a unique value for the) '(?P<name>[^']+)'",
        "warning",
        "config-key",
        "write it into config.yml",
    ),
    Rule(r"has a lower format version", "hint", "format-version", 'write version: "3.1" into it'),
    Rule(r"Loading domain from .* failed", "error", "domain", "fix what the message says"),
)
# Found more thoroughly, and with places, by our own checks; and what is no mistake of the project.
PASSED_BY = re.compile(
    "was found labeled with multiple|inconsistent entity synonyms"
    "|deprecated and will be removed|Slot auto-fill|pkg_resources"
)
# Said by Rasa's own actions, and by ours besides `utter_<intent>`.
OF_PATTERNS = (slot_help(""), suggestion_of(""))
SAID_ANYWAY = frozenset({"utter_default", "utter_ask_rephrase", NO_ANSWER_RESPONSE})


def rasa_findings(project: Project, files: ProjectFiles, intents: dict[str, Place]) -> Iterator[Finding]:
    """Everything that Rasa has to say of a project, each only once; `intents` is where their examples begin."""
    patterns = POLICY in components_of(project.config, "policies")
    translate = _Translator(files, intents, action_sources(project.folder), patterns)
    conflicts: list[StoryConflict] = []
    failure: Exception | None = None
    with own_modules(project.folder):
        unknown = list(component_errors(project))
    yield from unknown
    with own_modules(project.folder), quiet_prints(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            conflicts = _validate(_importer(project))
        except UNREADABLE as error:
            failure = error
    if failure is not None:
        yield from findings_of(failure, project)
    # Other libraries warn, too, of things that are no concern of the project.
    said = [str(warning.message) for warning in caught if "rasa" in Path(warning.filename).parts]
    for message in dict.fromkeys(said):
        yield from translate.message(message)
    for conflict in conflicts:
        yield translate.conflict(conflict)


def _importer(project: Project) -> TrainingDataImporter:
    return TrainingDataImporter.load_from_config(str(project.config), project.rasa_domain, project.rasa_data)


def _validate(importer: TrainingDataImporter) -> list[StoryConflict]:
    """Run all of Rasa's checks, which warn; return what they only log: the conflicts of stories."""
    validator = Validator.from_importer(importer)
    checks: tuple[Callable[[], Any], ...] = (
        validator.verify_domain_validity,
        validator.verify_nlu,
        validator.verify_forms_in_stories_rules,
        validator.verify_actions_in_stories_rules,
        validator.verify_form_slots,
        validator.verify_slot_mappings,
        validator.warn_if_config_mandatory_keys_are_not_set,
    )
    for check in checks:
        check()
    generator = TrainingDataGenerator(
        validator.story_graph, domain=validator.domain, remove_duplicates=False, augmentation_factor=0
    )
    found: list[StoryConflict] = find_story_conflicts(generator.generate_story_trackers(), validator.domain)
    return found


@dataclass(frozen=True, slots=True)
class _Translator:
    """Rasa's words as findings."""

    files: ProjectFiles
    intents: dict[str, Place]
    actions: str
    patterns: bool = False
    """Whether the project lists the policy of conversation patterns."""

    def message(self, message: str) -> Iterator[Finding]:
        """The finding of a warning; none where our own checks say it better, or where it is no mistake."""
        text = " ".join(message.split())
        if PASSED_BY.search(text):
            return
        for rule in RULES:
            if match := re.search(rule.pattern, text):
                name = match.groupdict().get("name", "")
                used = {"unused-response": self._said_elsewhere, "unused-intent": self._is_of_pattern}.get(rule.kind)
                if used is None or not used(name):
                    yield Finding(rule.severity, rule.kind, text, rule.cure, self._place(rule, name, text))
                return
        yield Finding("warning", "rasa", text, "see the message", place_in(text))

    def conflict(self, conflict: StoryConflict) -> Finding:
        """Two stories that go on differently from the same point."""
        stories = re.findall(r"'([^']+)'", str(conflict).split("\n", 1)[1])
        found = [(story, self.files.find(story, "story", "rule")) for story in dict.fromkeys(stories)]
        places = sorted((Listed(story, at) for story, at in found if at is not None), key=lambda listed: listed.place)
        return Finding(
            "warning",
            "story-conflict",
            " ".join(str(conflict).split()),
            "let the stories go on alike, or tell them apart by an intent, entity or slot before this point",
            places[0].place if places else None,
            tuple(places[1:]),
        )

    def _place(self, rule: Rule, name: str, text: str) -> Place | None:
        if rule.kind == "config-key":
            return self.files.config
        return self.files.find(name, *rule.keys) or self.intents.get(name) or place_in(text)

    def _is_of_pattern(self, intent: str) -> bool:
        return self.patterns and intent in patterns_by_intent({})

    def _said_elsewhere(self, response: str) -> bool:
        """Whether a form asks with it, an answer of ours ends with it, or the code of an action names it."""
        asked = response.removeprefix("utter_ask_")
        answered = response.removeprefix("utter_")
        answers = not ANSWER_ACTIONS.isdisjoint(self.files.steps["action"])
        return (
            response in SAID_ANYWAY
            or (asked != response and any(asked.endswith(slot) for slot in self.files.domain["slots"]))
            or (answers and (answered in self.files.domain["intents"] or answered == FALLBACK))
            or response in self.actions
            or (self.patterns and (response in default_responses() or response.startswith(OF_PATTERNS)))
        )
