"""The responses and actions that the patterns add to a project's domain, where its config lists the policy."""

import copy
from functools import cache
from importlib.resources import files

import yaml

from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.shared.core.domain import Domain

POLICY = "dialogue.patterns.conversation_patterns.ConversationPatterns"


def with_defaults(domain: Domain) -> Domain:
    """Return the domain with each response and action of the patterns that it lacks."""
    defaults = _defaults()
    described = defaults.as_dict()
    responses = {name: texts for name, texts in described["responses"].items() if name not in domain.responses}
    actions = [name for name in described["actions"] if name not in domain.user_actions]
    lacking = Domain.from_dict({"version": "3.1", "responses": responses, "actions": actions})
    # Rasa's own merge changes the domain that it is called on.
    return Domain.from_dict(Domain.merge_domain_dicts(lacking.as_dict(), copy.deepcopy(domain.as_dict())))


def default_responses() -> frozenset[str]:
    """Return the names of the responses that the patterns say."""
    return frozenset(_defaults().responses)


@cache
def _defaults() -> Domain:
    return Domain.from_dict(yaml.safe_load(files("dialogue.patterns").joinpath("responses.yml").read_bytes()))
