"""What the patterns add to a domain."""

from dialogue.patterns.default_domain import default_responses, with_defaults
from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.shared.core.domain import Domain

OWN = Domain.from_dict(
    {
        "version": "3.1",
        "intents": ["greet"],
        "responses": {"utter_help": [{"text": "Our help."}], "utter_hi": [{"text": "Hi."}]},
        "actions": ["action_repeat"],
    }
)


def test_a_domain_gets_what_it_lacks_and_keeps_what_it_has() -> None:
    domain = with_defaults(OWN)
    assert domain.responses["utter_help"] == [{"text": "Our help."}]
    assert {"utter_handover", "utter_cancelled", "utter_hi"} <= set(domain.responses)
    assert domain.user_actions.count("action_repeat") == 1
    assert domain.intents == OWN.intents


def test_the_responses_of_the_patterns_are_named() -> None:
    assert {"utter_help", "utter_handover"} <= default_responses()


def test_nothing_is_added_twice() -> None:
    once = with_defaults(OWN)
    assert with_defaults(once).as_dict() == once.as_dict()
