"""Entities with their roles and groups, against the sum over every path."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from nlu.joint.bio_tags import forbidden, read_spans
from nlu.joint.crf import Chain
from nlu.joint.entity_head import AnnotatedText, EntityHead, EntityKind, SpanTagger, tags_of, train_entities
from nlu.options import JointOptions
from tests.nlu.joint.toy_encoding import encoded

OPTIONS = JointOptions(
    entity_min_steps=100,
    entity_epochs=1,
    entity_hidden=16,
    entity_batch=8,
    entity_dropout=0.0,
    entity_learning_rate=2e-2,
)
FROM, TO = EntityKind("city", role="from"), EntityKind("city", role="to")
FIRST, SECOND, SIZE = EntityKind("tea", group="1"), EntityKind("tea", group="2"), EntityKind("size")


def annotated(text: str, *entities: tuple[str, EntityKind]) -> AnnotatedText:
    spans = [(kind, (text.index(words), text.index(words) + len(words))) for words, kind in entities]
    return AnnotatedText(text, "", tuple(spans))


EXAMPLES = [
    annotated("from Rome to Oslo", ("Rome", FROM), ("Oslo", TO)),
    annotated("from Oslo to New York", ("Oslo", FROM), ("New York", TO)),
    annotated("to Rome from New York", ("Rome", TO), ("New York", FROM)),
    annotated("a large assam and a green", ("large", SIZE), ("assam", FIRST), ("green", SECOND)),
    annotated("a green and a small assam", ("green", FIRST), ("small", SIZE), ("assam", SECOND)),
    annotated("thank you"),
    annotated(""),
]


def trained(examples: list[AnnotatedText] = EXAMPLES) -> EntityHead | None:
    return train_entities(examples, [encoded(example.text) for example in examples], OPTIONS)


@pytest.fixture(scope="module")
def head() -> EntityHead:
    found = trained()
    assert found is not None
    return found


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.text)
def test_what_was_taught_is_found_with_role_and_group(head: EntityHead, example: AnnotatedText) -> None:
    found = head.find(example.text, encoded(example.text), "ours")
    kinds = [
        (EntityKind(entity.name, entity.role or "", entity.group or ""), (entity.start, entity.end)) for entity in found
    ]
    assert tuple(kinds) == example.entities
    for entity in found:
        assert entity.value == example.text[entity.start : entity.end]
        assert entity.extractor == "ours"
        assert 0.5 < entity.confidence <= 1
        assert entity.role != ""
        assert entity.group != ""


def test_an_entity_has_only_roles_and_groups_that_its_name_had(head: EntityHead) -> None:
    assert head.allowed == {"city": (("from", "to"), ("",)), "size": (("",), ("",)), "tea": (("",), ("1", "2"))}
    text = "from Rome to Oslo"
    unlike = replace(head, allowed=dict(head.allowed) | {"city": (("to",), ("",))})
    assert [entity.role for entity in unlike.find(text, encoded(text), "ours")] == ["to", "to"]
    none = replace(head, allowed=dict(head.allowed) | {"city": (("",), ("",))})
    assert [entity.role for entity in none.find(text, encoded(text), "ours")] == [None, None]


def test_without_roles_and_groups_none_are_learnt() -> None:
    plain = trained([annotated("to Rome", ("Rome", EntityKind("city"))), annotated("thank you")])
    assert plain is not None
    assert (plain.roles, plain.groups) == (None, None)
    (found,) = plain.find("to Rome", encoded("to Rome"), "ours")
    assert (found.value, found.role, found.group) == ("Rome", None, None)


def test_without_entities_there_is_no_head() -> None:
    assert trained([annotated("thank you"), annotated("")]) is None
    assert train_entities([], [], OPTIONS) is None


def test_an_entity_without_words_teaches_nothing() -> None:
    assert trained([AnnotatedText("a  b", "", ((EntityKind("gap"), (1, 3)),))]) is None


def test_equal_input_gives_an_equal_head(head: EntityHead) -> None:
    again = trained()
    assert again is not None
    for name, value in head.names.tagger.tensors().items():
        np.testing.assert_array_equal(again.names.tagger.tensors()[name], value)


def by_every_path(chain: Chain, emissions: NDArray[np.float32]) -> dict[tuple[int, ...], float]:
    """The probability of each path that may be."""
    words, tags = emissions.shape
    first, steps = forbidden(tags)
    scores: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(tags), repeat=words):
        pairs = list(itertools.pairwise(path))
        if not first[path[0]] and not any(steps[pair] for pair in pairs):
            own = float(chain.start[path[0]]) + sum(float(chain.transitions[pair]) for pair in pairs)
            scores[path] = own + sum(float(emissions[word, tag]) for word, tag in enumerate(path))
    total = float(np.logaddexp.reduce(list(scores.values())))
    return {path: float(np.exp(score - total)) for path, score in scores.items()}


@pytest.mark.parametrize("text", ["Rome Oslo", "to New York now", "a green Oslo"])
def test_spans_and_shares_are_as_the_sum_over_every_path_has_them(head: EntityHead, text: str) -> None:
    spans: SpanTagger = head.names
    chances = by_every_path(spans.tagger.chain, spans.tagger.emissions(text, encoded(text)))
    words = len(encoded(text).word_spans)
    expected = np.zeros((words, 1 + len(spans.labels)))
    marginals = np.zeros((words, 1 + 2 * len(spans.labels)))
    for path, chance in chances.items():
        for word, tag in enumerate(path):
            expected[word, (tag + 1) // 2] += chance
            marginals[word, tag] += chance
    np.testing.assert_allclose(spans.shares(text, encoded(text)), expected, atol=1e-4)
    best = np.array(max(chances, key=lambda path: chances[path]))
    sure = marginals[np.arange(words), best].astype(np.float32)
    found = spans.spans(text, encoded(text))
    wanted = read_spans(encoded(text).word_spans, best, sure)
    assert [(span.kind, span.start, span.end) for span in found] == [
        (span.kind, span.start, span.end) for span in wanted
    ]
    assert [span.confidence for span in found] == pytest.approx([span.confidence for span in wanted], abs=1e-4)


def test_labels_are_sorted_and_no_label_is_none() -> None:
    words = [encoded(example.text).word_spans for example in EXAMPLES]
    tags, labels = tags_of(EXAMPLES, words, lambda kind: kind.name)
    assert labels == ("city", "size", "tea")
    assert tags[1].tolist() == [0, 1, 0, 1, 2]
    assert tags[3].tolist() == [0, 3, 5, 0, 0, 5]
    roles, role_labels = tags_of(EXAMPLES, words, lambda kind: kind.role)
    assert role_labels == ("from", "to")
    assert roles[2].tolist() == [0, 3, 0, 1, 2]
    assert not roles[3].any()


def test_kinds_are_ordered_by_name_then_role_then_group() -> None:
    assert sorted([TO, SIZE, SECOND, FROM, FIRST]) == [FROM, TO, SIZE, FIRST, SECOND]
