"""Decides what the patterns do in a turn: a plan, or nothing, which leaves the turn to the project's own policies."""

from dialogue.answer_manners import ANSWER_ACTION, REPEAT_ACTION
from dialogue.patterns.in_form import decide_in_form
from dialogue.patterns.meaning import pattern_of
from dialogue.patterns.names import (
    APOLOGY,
    CANCEL,
    COMPLAINT,
    CORRECTION,
    DEACTIVATE,
    DECLINED,
    DIGRESSION,
    EXAMPLES,
    GOODBYE,
    GREETING,
    HELP,
    LISTEN,
    NO,
    NO_MATCH,
    NOTHING_TO_CANCEL,
    OFFER,
    PERSON,
    QUESTION,
    REPEAT,
    REPHRASE,
    SLOWER,
    SLOWLY,
    START_OVER,
    STARTED_OVER,
    STILL_THERE,
    SUGGESTION,
    THANKS,
    YES,
    suggestion_of,
)
from dialogue.patterns.project import Project
from dialogue.patterns.turn import PERSON_OFFERED, EndedForm, Plan, Turn

ANSWERS = frozenset({YES, NO, THANKS, GREETING})
"""Patterns of turns that may say more than the pattern."""
POINTED = ANSWERS | {GOODBYE, CANCEL, HELP, COMPLAINT, CORRECTION, NO_MATCH}
"""Patterns for which a turn may be taken that points at what was answered."""
GUESSES = 3
"""Of the most likely intents, those that may be suggested."""


def decide(turn: Turn, project: Project) -> Plan | None:
    """Decide what to do with what was just said; None leaves it to the project."""
    plan = _after_offer(turn, project) if turn.past.offer else _asked_along(turn, project)
    if plan is None:
        form = turn.form
        plan = _decide_outside(turn, project) if form is None else decide_in_form(turn, form, project)
    return plan if plan is not None and plan.actions != (LISTEN,) else None


def _asked_along(turn: Turn, project: Project) -> Plan | None:
    """Ask the knowledge where a yes, a no or thanks says more than that, or points at what an answer named."""
    pattern = pattern_of(turn.said, project.patterns)
    is_asked = turn.points_back and pattern in POINTED or turn.says_something and pattern in ANSWERS
    answering = project.first(ANSWER_ACTION) if is_asked and turn.form is None else ()
    return Plan(QUESTION, (*answering, LISTEN)) if answering else None


def _after_offer(turn: Turn, project: Project) -> Plan | None:
    """Take a yes or a no to what the last turn offered."""
    pattern, offer = pattern_of(turn.said, project.patterns), turn.past.offer
    leaving = (DEACTIVATE,) if turn.form else ()
    loose = turn.form is not None and (turn.form.by_text or turn.form.by_answer)
    taken_back = {turn.form.requested: turn.form.before} if turn.form and loose else {}
    if pattern == YES and offer == PERSON_OFFERED:
        return Plan(PERSON, (*leaving, *project.handover, LISTEN), taken_back, signal="handover")
    if pattern == YES:
        actions = project.answer_to(offer) or (project.habits.starts.get(offer, ""),)
        ended = () if offer in project.habits.starts else (LISTEN,)
        return Plan(SUGGESTION, (*actions, *ended), as_intent=offer)
    if pattern == NO and offer == PERSON_OFFERED:
        going_on = turn.form.name if turn.form else LISTEN
        return Plan(DIGRESSION, (*project.first(DECLINED), going_on), taken_back)
    if pattern == NO:
        return Plan(NO_MATCH, (*project.first(REPHRASE), LISTEN))
    return None


def _decide_outside(turn: Turn, project: Project) -> Plan | None:
    said = turn.said
    pattern = pattern_of(said, project.patterns)
    is_own = said.intent in project.habits.known and pattern == project.patterns.get(said.intent, "")
    if pattern == PERSON and project.habits.answers.get(said.intent):
        return Plan(PERSON, (*project.habits.answers[said.intent], LISTEN), signal="handover")
    if pattern == NO_MATCH:
        return _unheard(turn, project)
    if is_own:
        return None
    plan = _steered(turn, pattern, project) or _several(turn, project)
    if plan is None and not pattern and said.intent not in project.habits.known:
        return _unheard(turn, project)  # no rule and no story has this intent: nobody would answer
    return plan


def _steered(turn: Turn, pattern: str, project: Project) -> Plan | None:
    match pattern:
        case "cancel":
            return Plan(CANCEL, (*project.first(NOTHING_TO_CANCEL), LISTEN))
        case "start_over":
            return Plan(START_OVER, (*project.first(STARTED_OVER), LISTEN), forget=True)
        case "repeat":
            return Plan(REPEAT, (*project.all_of(REPEAT_ACTION), LISTEN))
        case "slower":
            return Plan(SLOWER, (*project.all_of(SLOWLY, REPEAT_ACTION), LISTEN), signal="slower")
        case "help":
            return Plan(HELP, (*project.help, LISTEN))
        case "person":
            return Plan(PERSON, (*project.handover, LISTEN), signal="handover")
        case "complaint":
            return Plan(COMPLAINT, (*project.all_of(APOLOGY, OFFER), LISTEN), offer=PERSON_OFFERED)
        case "silence":
            return _escalated(turn, project, STILL_THERE)
        case "correction":
            return _corrected(turn.ended) if turn.ended else None
        case _:
            return None


def _corrected(ended: EndedForm) -> Plan | None:
    """Go through a form again that has just ended, with a value corrected; what confirms it is asked again."""
    if not ended.others:
        return None
    values = {slot: value for slot, value in ended.values.items() if slot not in ended.confirming}
    return Plan(CORRECTION, (ended.name,), {**values, **ended.others, **dict.fromkeys(ended.confirming)})


def _several(turn: Turn, project: Project) -> Plan | None:
    """Answer several intents that one utterance has, one after the other; a form comes last."""
    parts = turn.said.intent.split("+")
    if len(parts) < 2 or turn.said.intent in project.habits.known:
        return None
    begun = [project.habits.starts[part] for part in parts if part in project.habits.starts]
    answers = [action for part in parts for action in project.habits.answers.get(part, ())]
    return Plan(DIGRESSION, (*answers, *(begun[:1] or [LISTEN]))) if answers or begun else None


def _unheard(turn: Turn, project: Project) -> Plan | None:
    """Leave it to the project's own rule the first time; then do not say the same again."""
    own = project.answer_to(turn.said.intent)
    if turn.said.intent in project.habits.known and not own:
        return None
    if own and not (turn.past.misses and set(own) <= set(turn.past.said)):
        return Plan(NO_MATCH, (*own, LISTEN))
    if not turn.past.misses and (meant := _suggested(turn, project)):
        return Plan(SUGGESTION, (suggestion_of(meant), LISTEN), offer=meant)
    return _escalated(turn, project, REPHRASE)


def _suggested(turn: Turn, project: Project) -> str:
    """Return a likely intent that the domain has words to ask for, empty for none."""
    likely = (intent for intent in turn.said.ranking[:GUESSES] if suggestion_of(intent) in project.actions)
    return next((intent for intent in likely if intent in {*project.habits.answers, *project.habits.starts}), "")


def _escalated(turn: Turn, project: Project, first: str) -> Plan:
    """Ask for other words, then give examples, then offer a person."""
    if turn.past.misses >= 2:
        return Plan(NO_MATCH, (*project.first(OFFER), LISTEN), offer=PERSON_OFFERED)
    if turn.past.misses == 1:
        return Plan(NO_MATCH, (*project.first(EXAMPLES), LISTEN))
    return Plan(NO_MATCH, (*project.first(first), LISTEN))
