"""Ruby literals."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingestion.rows.ruby_literals import parse_ruby


def test_reads_a_hash_as_ruby_writes_it() -> None:
    text = '{"spec"=>[{"key"=>"Number of \\"parts\\"", "value"=>"3"}, {"value"=>"Cotton"}], :size=>nil, "n"=>-1.5}'
    assert parse_ruby(text) == {
        "spec": [{"key": 'Number of "parts"', "value": "3"}, {"value": "Cotton"}],
        "size": None,
        "n": -1.5,
    }


values = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('abc "\\', max_size=4), inner, max_size=3),
    max_leaves=8,
)


def in_ruby(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{in_ruby(key)}=>{in_ruby(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(in_ruby, value)) + "]"
    return "nil" if value is None else json.dumps(value, ensure_ascii=False)


@given(values)
def test_what_is_written_is_read_again(value: object) -> None:
    assert parse_ruby(in_ruby(value)) == value


@pytest.mark.parametrize("text", ["", "{", '{"a"}', '{"a"=>}', '{"a"=>1', "[1 2]", '"open', "{} {}", "[" * 99, "foo"])
def test_what_is_no_literal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Ruby literal"):
        parse_ruby(text)
