"""Microdata in the shape of JSON-LD."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from retrieval.ingestion.formats.microdata import microdata_items


def items(body: str) -> list[dict[str, object]]:
    return microdata_items(LexborHTMLParser(f"<body>{body}"))


def test_an_item_has_its_type_and_properties_however_deep_they_stand() -> None:
    body = """<div itemscope itemtype="https://schema.org/Product http://other.org/Thing">
    <section><h1 itemprop="name">Oak <b>Lamp</b></h1></section><p>no property</p></div>"""
    assert items(body) == [{"@type": "Product", "name": "Oak Lamp"}]


def test_an_item_inside_is_a_property_and_keeps_its_own() -> None:
    body = """<div itemscope itemtype="x/Product"><span itemprop="name">Lamp</span>
    <div itemprop="brand" itemscope itemtype="x/Brand"><i itemprop="name">Oak</i></div></div>"""
    assert items(body) == [{"@type": "Product", "name": "Lamp", "brand": {"@type": "Brand", "name": "Oak"}}]


def test_an_item_inside_that_is_no_property_is_one_of_its_own() -> None:
    body = """<div itemscope itemtype="x/Product"><b itemprop="name">Lamp</b>
    <div itemscope itemtype="x/Offer"><b itemprop="price">5</b></div></div>"""
    assert items(body) == [{"@type": "Product", "name": "Lamp"}, {"@type": "Offer", "price": "5"}]


def test_a_property_that_stands_several_times_is_a_list() -> None:
    body = '<p itemscope><b itemprop="a">1</b><b itemprop="a">2</b><b itemprop="a b">3</b></p>'
    assert items(body) == [{"@type": "", "a": ["1", "2", "3"], "b": "3"}]


def test_properties_of_a_property_belong_to_the_item() -> None:
    body = '<p itemscope><b itemprop="outer">one <i itemprop="inner">two</i></b></p>'
    assert items(body) == [{"@type": "", "outer": "one two", "inner": "two"}]


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ('<meta itemprop="v" content="a">', "a"),
        ('<span itemprop="v" content="20">20 $</span>', "20"),
        ('<a itemprop="v" href="/a">text</a>', "/a"),
        ('<img itemprop="v" src="a.png" alt="text">', "a.png"),
        ('<time itemprop="v" datetime="2024-05-06">in May</time>', "2024-05-06"),
        ('<time itemprop="v">in May</time>', "in May"),
        ('<data itemprop="v" value="7">seven</data>', "7"),
        ('<meta itemprop="v" content="">', ""),
        ('<div itemprop="v"><p>one</p><p>two</p></div>', "one\ntwo"),
    ],
)
def test_the_value_is_the_attribute_of_the_element_or_else_its_text(element: str, value: str) -> None:
    assert items(f"<div itemscope>{element}</div>") == [{"@type": "", "v": value}]


def test_a_page_without_items_has_none() -> None:
    assert items('<p itemprop="name">Lamp</p>') == []
