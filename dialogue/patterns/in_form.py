"""What the patterns do while a form is under way."""

from dialogue.answer_manners import REPEAT_ACTION
from dialogue.patterns.meaning import is_sure, pattern_of
from dialogue.patterns.names import (
    AGAIN,
    APOLOGY,
    CANCEL,
    CANCELLED,
    CANNOT_ANSWER,
    CANNOT_ANSWER_HELP,
    COMPLAINT,
    CORRECTING,
    CORRECTION,
    DEACTIVATE,
    DIGRESSION,
    EXAMPLES,
    FAREWELL,
    GOODBYE,
    GREETING,
    HELP,
    LEFT_OPEN,
    LISTEN,
    NO,
    NO_MATCH,
    OFFER,
    PERSON,
    REPEAT,
    REPHRASE,
    SILENCE,
    SLOWER,
    SLOWLY,
    START_OVER,
    STARTED_OVER,
    STEERING,
    STILL_THERE,
    SWITCH,
    THANKS,
    YES,
    slot_help,
)
from dialogue.patterns.project import Project
from dialogue.patterns.turn import PERSON_OFFERED, OpenForm, Plan, Turn

LEAVING = frozenset({CANCEL, PERSON, START_OVER})
"""Patterns that are heard although what was said fills a slot, too."""


def decide_in_form(turn: Turn, form: OpenForm, project: Project) -> Plan | None:
    """Decide what to do in a form; None leaves the turn to the form and to the project's own rules."""
    said = turn.said
    pattern = pattern_of(said, project.patterns)
    named = project.patterns.get(said.intent, "")
    if said.intent in project.habits.in_loop.get(form.name, ()) and pattern in (named, "", NO_MATCH):
        return None
    if form.filled and not (pattern in LEAVING and is_sure(said, pattern, project.patterns)):
        return None
    if form.by_text and not _outdoes_free_text(turn, pattern, project):
        return None
    if form.by_answer and not (pattern in STEERING and is_sure(said, pattern, project.patterns)):
        return None
    plan = _steered(turn, form, pattern, project) if pattern in STEERING else _answered(turn, form, pattern, project)
    if plan is None or not (form.by_text or form.by_answer):
        return plan
    taken_back = {form.requested: form.before} if form.requested not in plan.slots else {}
    return Plan(
        plan.pattern, plan.actions, {**taken_back, **plan.slots}, plan.offer, plan.signal, plan.forget, plan.as_intent
    )


def _outdoes_free_text(turn: Turn, pattern: str, project: Project) -> bool:
    """Whether what was said is rather no answer to a question that any text answers."""
    said = turn.said
    if pattern in STEERING:
        return is_sure(said, pattern, project.patterns)
    if pattern in (GREETING, THANKS, GOODBYE, YES, NO):
        return is_sure(said, pattern, project.patterns) and bool(project.own(pattern))
    return False


def _steered(turn: Turn, form: OpenForm, pattern: str, project: Project) -> Plan | None:
    emptied = dict.fromkeys(form.held)
    match pattern:
        case "cancel":
            return Plan(CANCEL, (DEACTIVATE, *project.first(CANCELLED), LISTEN), emptied)
        case "start_over":
            return Plan(START_OVER, (*project.first(STARTED_OVER), form.name), emptied)
        case "person":
            return Plan(PERSON, (DEACTIVATE, *project.handover, LISTEN), signal="handover")
        case "repeat":
            said = (REPEAT_ACTION,) if turn.past.has_spoken else ()
            return Plan(REPEAT, (*project.all_of(*said), form.name))
        case "slower":
            said = (REPEAT_ACTION,) if turn.past.has_spoken else ()
            return Plan(SLOWER, (*project.all_of(SLOWLY, *said), form.name), signal="slower")
        case "help":
            return Plan(HELP, (*(project.first(slot_help(form.requested)) or project.help), form.name))
        case "cannot_answer":
            return _cannot_answer(turn, form, project)
        case "complaint":
            return Plan(COMPLAINT, (*project.all_of(APOLOGY, OFFER), LISTEN), offer=PERSON_OFFERED)
        case _:
            return _correction(turn, form, project)


def _cannot_answer(turn: Turn, form: OpenForm, project: Project) -> Plan:
    help_of_slot = project.first(slot_help(form.requested))
    if turn.past.unanswered:
        left = help_of_slot if turn.past.unanswered > 1 else ()
        return Plan(CANNOT_ANSWER, (DEACTIVATE, *left, *project.first(LEFT_OPEN), LISTEN), dict.fromkeys(form.held))
    return Plan(CANNOT_ANSWER, (*(help_of_slot or project.first(CANNOT_ANSWER_HELP)), form.name))


def _correction(turn: Turn, form: OpenForm, project: Project) -> Plan | None:
    """Correct a slot that has a value: by the value said, by its name, or the one that was given last."""
    if form.others:
        return Plan(CORRECTION, (form.name,), form.others)
    words = set(turn.said.text.lower().replace("'", " ").split())
    named = [slot for slot in form.held if words & set(_words_of(slot))]
    wrong = named or form.held[-1:]
    if not wrong:
        return None
    return Plan(CORRECTION, (*project.first(CORRECTING), form.name), dict.fromkeys(wrong))


def _words_of(slot: str) -> list[str]:
    return [word for word in slot.lower().replace("-", "_").split("_") if len(word) > 2]


def _answered(turn: Turn, form: OpenForm, pattern: str, project: Project) -> Plan | None:
    said = turn.said
    if pattern == NO:
        return Plan(CANCEL, (DEACTIVATE, *project.first(CANCELLED), LISTEN), dict.fromkeys(form.held))
    if pattern == YES:
        return Plan(AGAIN, (form.name,))
    if pattern == GOODBYE:
        farewell = project.own(GOODBYE) or project.first(FAREWELL, CANCELLED)
        return Plan(CANCEL, (DEACTIVATE, *farewell, LISTEN), dict.fromkeys(form.held))
    if pattern == SILENCE:
        return _unheard(turn, form, project, STILL_THERE)
    if answer := project.answer_to(said.intent):
        repeated = pattern == NO_MATCH and turn.past.misses and set(answer) <= set(turn.past.said)
        if not repeated:
            return Plan(NO_MATCH if pattern == NO_MATCH else DIGRESSION, (*answer, form.name))
    begun = project.habits.starts.get(said.intent)
    if begun is not None:
        return Plan(AGAIN, (form.name,)) if begun == form.name else Plan(SWITCH, (begun,))
    if pattern in (THANKS, GREETING):
        return Plan(AGAIN, (*project.own(pattern), form.name))
    return _unheard(turn, form, project, REPHRASE) if pattern == NO_MATCH else None


def _unheard(turn: Turn, form: OpenForm, project: Project, first: str) -> Plan:
    """Ask again, in other words, then with what helps; then offer a person."""
    if turn.past.misses >= 2:
        return Plan(NO_MATCH, (*project.first(OFFER), LISTEN), offer=PERSON_OFFERED)
    help_of_slot = project.first(slot_help(form.requested)) or project.first(EXAMPLES)
    return Plan(NO_MATCH, (*(help_of_slot if turn.past.misses else project.first(first)), form.name))


def asked_in_vain(times: int, form: OpenForm, project: Project) -> Plan | None:
    """Decide what to add after a form has asked for the same slot again; `times`: how often on end."""
    if times >= 3:
        return Plan(NO_MATCH, (*project.first(OFFER), LISTEN), offer=PERSON_OFFERED)
    helping = project.first(slot_help(form.requested)) if times == 2 else ()
    return Plan(NO_MATCH, (*helping, LISTEN)) if helping else None
