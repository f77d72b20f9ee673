import pytest

from dialogue.client_tools import NO_TOOLS, ClientTool, ToolOffer
from server.tools.offers import client_tools, offer_of, unmet
from server.wire.model_settings import FunctionChoice, FunctionTool, McpChoice, McpTool

LOOK = ClientTool("look", {"type": "object"})
TOOLS = (LOOK,)


def test_functions_are_taken_from_what_is_declared_the_first_of_each_name() -> None:
    declared = [
        McpTool(type="mcp", server_label="elsewhere"),
        FunctionTool(type="function", name="look", parameters={"type": "object"}),
        FunctionTool(type="function", name="look", parameters={"type": "array"}),
        FunctionTool(type="function", name="listen", parameters="no schema"),
    ]
    assert client_tools(declared) == (LOOK, ClientTool("listen"))


@pytest.mark.parametrize(
    ("choice", "offer"),
    [
        ("auto", ToolOffer(TOOLS)),
        ("none", NO_TOOLS),
        ("required", ToolOffer(TOOLS, required=True)),
        (FunctionChoice(type="function", name="look"), ToolOffer(TOOLS, forced="look")),
    ],
)
def test_a_choice_says_what_may_and_what_has_to_be_called(choice: object, offer: ToolOffer) -> None:
    assert offer_of(TOOLS, choice, True) == offer
    assert unmet(offer) is None


def test_calls_come_one_by_one_if_asked_for() -> None:
    assert not offer_of(TOOLS, "auto", False).in_a_row


def test_a_choice_that_nothing_declared_can_meet_is_told() -> None:
    assert "tools" in str(unmet(offer_of((), "required", True)))
    assert "'dig'" in str(unmet(offer_of(TOOLS, FunctionChoice(type="function", name="dig"), True)))
    mcp = McpChoice(type="mcp", server_label="elsewhere", name="look_up")
    assert "'look_up'" in str(unmet(offer_of(TOOLS, mcp, True)))
