from dialogue.client_tools import NO_TOOLS, ClientTool, ToolOffer


def test_a_tool_is_found_by_its_name() -> None:
    look = ClientTool("look")
    assert ToolOffer((look,)).find("look") is look
    assert ToolOffer((look,)).find("other") is None
    assert NO_TOOLS.find("look") is None
