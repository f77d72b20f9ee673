"""Answers a question from the catalogue, in sentences quoted from it and with the ids of their sources."""

from collections.abc import Sequence
from dataclasses import replace

from retrieval.answering.each_answers import EachAnswers
from retrieval.answering.entries import FoundEntry
from retrieval.answering.entry_answers import EntryAnswers
from retrieval.answering.list_answers import MOST_SPOKEN_OF, ListAnswers, granting, which_of
from retrieval.answering.phrasing import (
    summary_of,
)
from retrieval.answering.product_answers import ProductAnswers, source_of, wanted_of
from retrieval.answering.read_turn import ReadsTurns, ReadTurn
from retrieval.answering.references import References
from retrieval.answering.refusals import MOST_KINDS, NOT_OURS, again
from retrieval.answering.search_answers import SearchAnswers, Searched
from retrieval.document import PRODUCT, Document
from retrieval.index.name_index import NameIndex, tokens_of
from retrieval.language.concepts import DESCRIPTION
from retrieval.language.vocabulary import stems_of
from retrieval.language.wording import STOP_WORDS, clean, content_words, stem, word_set
from retrieval.options import AnswerOptions
from retrieval.properties.choices import of_choice
from retrieval.properties.general import GeneralKnowledge
from retrieval.properties.sums import sum_of
from retrieval.properties.verdicts import asks_yes_or_no
from retrieval.question import Answer, Question
from retrieval.questions.product_resolution import Mention
from retrieval.questions.question_parts import joined, parts_of, question_of
from retrieval.questions.question_reading import ANY_KIND, IN_FULL, QuestionReader, Reading, places_named
from retrieval.reviews.opinions import asks_for_opinions
from retrieval.search.retriever import HybridRetriever
from retrieval.selection.condition_reading import LITTLE_WORDS
from retrieval.selection.selection import ProductSearch, ProductSelector

MOST_LACKING = 8  # words of a part of a question that asks for what a record lacks
MOST_COMPARED = 2  # things that one name may mean, of which both are told; of more it is asked which is meant
LOOKED_AT = 12  # products whose kinds are named when nothing fits twice
_AGAIN = frozenset({"same"})
_PARTICULAR = frozenset({"when", "where", "who"})  # words of a question that ask for something of their own
_TOLD = word_set("i i'm i've i'd my me mine we our he she they it was had did can could will")  # of more than a wish
_STARS = frozenset({"star"})
_ONE = frozenset({"the", "this", "that"})
_THIS = frozenset({"this", "that"})
_POINTS = frozenset({"it", "its", "they", "them", "their", "these", "those"})
_BEFORE_VALUES = word_set("a an any some in near around at for with by from of")


def _says_kind_of(product: Document, reading: Reading, words: frozenset[str] = _ONE) -> bool:
    """Whether a question speaks of the one thing of the kind that `product` is: `the hotel`, one of `words` before."""
    kinds = ANY_KIND | {stem(word) for text in (product.title, product.category) for word in tokens_of(text)}
    pairs = zip(reading.tokens, reading.tokens[1:], strict=False)
    return any(first in words and after not in STOP_WORDS and stem(after) in kinds for first, after in pairs)


def _says_as_much(answer: Answer, other: Answer) -> bool:
    """Whether two answers are one, perhaps with and without its `Yes`."""
    return answer.text == other.text or bool(answer.source_ids and answer.source_ids == other.source_ids)


class Answerer:
    """Answers questions from one index; thread-safe, and holds no state of any conversation."""

    def __init__(
        self,
        retriever: HybridRetriever,
        options: AnswerOptions | None = None,
        general: GeneralKnowledge | None = None,
        turns: ReadsTurns | None = None,
    ) -> None:
        """`general`: what customers ask of any thing, in addition to what the catalogue's own concepts say. `turns`:
        what tells a search from a question where rules are unsure.
        """
        self._turns = turns
        self._retriever = retriever
        self._options = options or AnswerOptions()
        self._catalogue = catalogue = retriever.catalogue
        names = NameIndex(catalogue.rows)
        self._reader = QuestionReader(retriever, names, general)
        self._rules = EntryAnswers(retriever, self._options)
        self._speak = ProductAnswers(retriever, self._reader, self._options)
        self._references = References(catalogue, self._reader, names)
        self._lists = ListAnswers(self._speak)
        self._each = EachAnswers(self._speak, self._rules)
        selector = ProductSelector(catalogue, names, retriever.products_with)
        self._searches = SearchAnswers(retriever, self._reader, selector, self._options)

    def answer(self, question: Question) -> Answer | None:
        """The answer to `question`, or None when the catalogue has nothing to do with it."""
        settled = self._references.settled(question)
        answer = settled if isinstance(settled, Answer) else self._answer(settled)
        if answer and answer.text == question.last_reply and not answer.source_ids:
            return replace(answer, text=again(self._product(answer.product_id), self._kinds()))
        return answer

    def _kinds(self) -> list[str]:
        """A few kinds of things that the catalogue has."""
        categories = (product.category for product in self._catalogue.important_products(LOOKED_AT))
        return list(dict.fromkeys(each.split(" > ")[-1].lower() for each in categories if each))[:MOST_KINDS]

    def _answer(self, question: Question) -> Answer | None:
        context = self._product(question.product_id)
        reading = self._reader.read(clean(question.text), context)
        if not reading.tokens:
            return None
        if reckoned := self._sum(reading, context):
            return reckoned
        if question.entry and (held := self._references.held(reading, question.entry, self._meant(reading, None))):
            return held
        if again := self._again(reading, context, question):
            return replace(again, question=question.again)
        if len(question.among) > 1 and (told := self._among(reading, context, question)):
            return told
        if not (context or reading.mentions) and (judged := self._judged_of_listed(reading, question)):
            return judged
        if question.without and (others := self._others(reading, context, question)):
            return others
        turn = ReadTurn(question, self._turns)
        searched = self._searches.searched(reading, question)
        if searched and self._is_search_by_values(reading, searched.search):
            return self._unnamed(reading, context, question, turn, searched)
        several = (self._in_parts(reading, context), self._enumerated(reading, context))
        if answers := list(filter(None, several)):
            return max(answers, key=lambda answer: len(answer.source_ids))
        if reading.mentions:
            return self._named(reading, context, question.told, turn)
        if reading.is_of_other_number:
            return Answer(NOT_OURS, (), None, None, 1.0)
        return self._unnamed(reading, context, question, turn, searched)

    def _is_search_by_values(self, reading: Reading, search: ProductSearch) -> bool:
        """Whether a search sets conditions, and what looks like a name in it is one of them."""
        now = search.now
        sets = now.tests or len(now.kinds) > 1 or (now.kinds and reading.mentions and search.is_request)
        return bool(sets) and all(self._is_no_name(mention, reading, search.places) for mention in reading.mentions)

    def _is_no_name(self, mention: Mention, reading: Reading, read: frozenset[int]) -> bool:
        """Whether words that may name a product were `read` as something else: the value of a property, or a kind."""
        tokens = reading.tokens
        if mention.score >= IN_FULL and (mention.start == 0 or tokens[mention.start - 1] not in _BEFORE_VALUES):
            return False
        product = self._product(mention.product_id)
        name = set(tokens_of(" ".join((product.title, *product.aliases)))) if product else set()
        own = [at for at in range(mention.start, mention.end) if tokens[at] in name and at not in read]
        return all(tokens[at] in LITTLE_WORDS for at in own) and not read.isdisjoint(range(mention.start, mention.end))

    def entry_for(self, question: Question) -> FoundEntry | None:
        """The entry that answers a question, however unsure; None for one that is about a product."""
        reading = self._reader.read(clean(question.text))
        if question.product_id or reading.mentions or not reading.tokens:
            return None
        return self._rules.find(reading)

    def fact_for(self, question: Question) -> tuple[str, float] | None:
        """The id of the fact that a question asks of the one product it is about, and its score, however low.

        None for a question about no product or several, about opinions, or about what the product's record lacks.
        """
        reading = self._reader.read(clean(question.text))
        product = self._meant(reading, self._product(question.product_id))
        if product is None or not reading.tokens or asks_for_opinions(reading.normal):
            return None
        chosen = self._speak.likeliest_fact(reading, product)
        return (source_of(product, chosen.fact), chosen.score) if chosen and chosen.fact else None

    def search_for(self, question: Question) -> Answer | None:
        """The products that a search for goods would list, however ill they fit; its confidence is how well they do.

        None for a question that is no search, for one whose every wish is checked, and where one property decides.
        """
        reading = self._reader.read(clean(question.text))
        if question.product_id or reading.mentions or not reading.tokens:
            return None
        searched = self._searches.searched(reading, question)
        if searched is None:
            return None
        search = searched.search
        if search.is_exact or search.ranking or not search.products:
            return None
        return self._searches.listed(searched, 0.0)

    def _again(self, reading: Reading, context: Document | None, question: Question) -> Answer | None:
        """The answer to the question asked before, of the thing that is only named now: "and the mini?"."""
        product = self._meant(reading, context) if question.again else None
        if product == context and context and not reading.points_at_one:
            product = self._references.namesake(reading, context)
        if product is None:
            return None
        if not wanted_of(reading, product) - stems_of(product.title) <= _AGAIN:
            return None
        if question.told and product.fact(question.told):
            return self._speak.property(product, question.told)
        turn = ReadTurn(replace(question, text=question.again), self._turns)
        return self._about(self._reader.read(clean(question.again), product), product, turn)

    def _among(self, reading: Reading, context: Document | None, question: Question) -> Answer | None:
        """The answer to a question about what was listed; None for one about another thing, or any of its kind."""
        if reading.mentions or not (question.is_among or question.may_be_among):
            return None
        if not (question.is_among or reading.ranking or context is None):
            return None
        alone = replace(question, said_before=None, search=())
        searched = None if question.is_among else self._searches.searched(reading, alone)
        if searched and searched.search.narrows:
            return None
        is_sure = question.is_among or reading.ranking
        entry = None if is_sure else self._rules.find(reading)
        if entry and entry.sureness >= self._options.clear_entry_score:
            return None
        listed = self._products(question.among)
        return self._each.about(reading, listed) or self._lists.about(reading, listed)

    def _products(self, product_ids: Sequence[str]) -> list[Document]:
        return [product for product in map(self._product, product_ids) if product]

    def _judged_of_listed(self, reading: Reading, question: Question) -> Answer | None:
        """What is said of each of the things listed last, to a question that judges."""
        searched = (
            self._searches.searched(reading, replace(question, said_before=None, search=())) if question.among else None
        )
        return self._each.judged(reading, self._products(question.among), searched.search if searched else None)

    def _others(self, reading: Reading, context: Document | None, question: Question) -> Answer | None:
        """Others than those that were shown; None where a property is asked for: "what other colours are there"."""
        if context and self._asks_for_property(reading, context) and reading.points_back:
            return None
        like = context or self._product(question.without[-1])
        return self._searches.others(reading, question, like)

    def _sum(self, reading: Reading, context: Document | None) -> Answer | None:
        """What several of a product cost, or two products together, where that is asked."""
        named = self._catalogue.documents_of([mention.product_id for mention in reading.mentions])
        products = named or ([context] if context and reading.points_back else [])
        said = sum_of(reading.rest_text, products)
        if said is None:
            return None
        prices = [self._speak.property(product, "price") for product in products]
        return joined([Answer(said, (), prices[0].product_id, prices[0].product_name, 0.8), *prices])

    def _in_parts(self, reading: Reading, context: Document | None) -> Answer | None:
        """The answers to the parts of a question, where each part clearly asks for something of its own."""
        names = [reading.tokens[mention.start : mention.end] for mention in reading.mentions]
        parts = parts_of(reading.text, names)
        if not parts or reading.ranking or asks_for_opinions(reading.normal):
            return None
        readings = [self._reader.read(part, context) for part in parts]
        if sum(len(each.mentions) for each in readings) != len(reading.mentions):
            return None
        spoken_of = self._meant(reading, context)
        if spoken_of and len(of_choice(spoken_of, "stock", reading.rest)) == 1:
            return None  # "in blue, size S" is one variant
        answers: list[Answer] = []
        for each in readings:
            answer = self._part(each, self._meant(each, spoken_of))
            if answer is None or any(_says_as_much(answer, other) for other in answers):
                return None
            answers.append(answer)
        return joined(answers)

    def _enumerated(self, reading: Reading, context: Document | None) -> Answer | None:
        """The facts that a question about one product lists by their names."""
        product = self._meant(reading, context)
        if product is None or reading.ranking or len(of_choice(product, "stock", reading.rest)) == 1:
            return None
        return self._speak.listed(reading, product)

    def _meant(self, reading: Reading, otherwise: Document | None) -> Document | None:
        """The one product that a question names, `otherwise` where it names none; None where it may mean several."""
        named = self._catalogue.documents_of([mention.product_id for mention in reading.mentions])
        return otherwise if not named else named[0] if len(named) == 1 else None

    def _part(self, reading: Reading, product: Document | None) -> Answer | None:
        """The answer to a part of a question, a fact or an entry; None when it does not clearly ask for one."""
        chosen = self._speak.fact(reading, product) if product else None
        entry = self._rules.find(reading, product)
        if product and (judged := self._speak.judged(reading, product, chosen)):
            return judged
        if entry and entry.sureness >= self._options.clear_entry_score and self._rules.is_ahead(reading, entry, chosen):
            return self._rules.quote(reading, entry)
        is_clear = chosen and chosen.what != DESCRIPTION and chosen.score >= self._options.min_follow_up_score
        if chosen and not chosen.fact and len(reading.tokens) > MOST_LACKING and not asks_yes_or_no(reading.normal):
            return None  # "the most important thing is that noise is no problem" tells rather than asks
        return self._speak.state(product, chosen, reading) if product and chosen and is_clear else None

    def _product(self, product_id: str | None) -> Document | None:
        if not product_id:
            return None
        found = self._catalogue.documents_of((product_id, f"{PRODUCT}:{product_id}"))
        return next((document for document in found if document.kind == PRODUCT), None)

    def _named(self, reading: Reading, context: Document | None, told: str | None, turn: ReadTurn) -> Answer:
        """A question that names products: two of them, or one name that means either of two, are compared; so is one
        with the product in context that is pointed back to ("is it lighter than ...").
        """
        products = self._catalogue.documents_of([mention.product_id for mention in reading.mentions])
        is_comparison = places_named(reading.mentions) > 1
        compares = (reading.ranking and reading.points_back) or reading.asks_for_difference
        if context and context not in products and compares and not is_comparison:
            return self._speak.compare(reading, [context, self._likeliest(reading, products)])
        if is_comparison and (judged := self._speak.judged_of_each(reading, products[:2])):
            return judged
        if len(products) == places_named(reading.mentions) > 2 and (of_all := self._lists.about(reading, products)):
            return of_all
        if len(products) == 2 and (is_comparison or self._likeness_to_concepts(reading)):
            return self._speak.compare(reading, products)
        if is_comparison:
            return self._speak.compare(reading, [products[0], products[-1]])
        if len(products) > MOST_COMPARED and context not in products:
            products = granting(products, reading.rest_text) or products
            if 1 < len(products) == len({product.title for product in products}) <= MOST_SPOKEN_OF:
                return which_of(products)
        product = self._likeliest(reading, products)
        if told and reading.goes_on and wanted_of(reading, product) <= _AGAIN:
            return self._speak.property(product, told)
        return self._about(reading, product, turn)

    def _likeliest(self, reading: Reading, products: list[Document]) -> Document:
        """Of products that the text may mean equally, the one whose passages fit it best."""
        if len(products) == 1:
            return products[0]
        found = self._retriever.search(reading.text, kind=PRODUCT, vector=reading.vector)
        order = [passage.document_id for passage in found]
        return min(products, key=lambda p: order.index(p.id) if p.id in order else len(order))

    def _about(self, reading: Reading, product: Document, turn: ReadTurn) -> Answer:
        alone = question_of(reading.text)
        if alone and self._speak.asks_more_surely(asking := self._reader.read(alone, product), reading, product):
            reading = asking
        if self._speak.sets_price(reading, product):
            return self._speak.property(product, "price", reading)
        if asks_for_opinions(reading.rest_text) and not self._asks_for_stars(reading, product):
            return self._speak.opinions(reading, product)
        chosen, entry = self._speak.fact(reading, product), self._rules.find(reading, product)
        judged = self._speak.judged(reading, product, chosen)
        if judged and not (entry and self._rules.judges(reading, entry)):
            return judged
        if turn.doubts(chosen) and (told := self._told(reading, product, entry)):
            return told
        if entry and entry.sureness >= self._options.min_entry_score and self._rules.is_ahead(reading, entry, chosen):
            return self._rules.quote(reading, entry)
        if said := self._speak.said(reading, product, chosen):
            return said
        is_asked = bool(wanted_of(reading, product)) or not _PARTICULAR.isdisjoint(reading.tokens)
        if chosen and (chosen.score >= self._options.clear_fact_score or is_asked):
            return self._speak.state(product, chosen, reading)
        return self._speak.without_fact(reading, product)

    def _told(self, reading: Reading, product: Document, entry: FoundEntry | None) -> Answer | None:
        """What an entry, the description or a review says to a question that no fact answers."""
        if entry and entry.sureness >= self._options.min_entry_score and self._rules.is_ahead(reading, entry, None):
            return self._rules.quote(reading, entry)
        return self._speak.said(reading, product, None)

    def _asks_for_stars(self, reading: Reading, product: Document) -> bool:
        """Whether the question is about the stars that a record states, of a hotel say, and not about reviews."""
        chosen = self._speak.fact(reading, product)
        return bool(chosen and chosen.fact and stems_of(chosen.fact.label) & reading.stems & _STARS)

    def _unnamed(
        self,
        reading: Reading,
        context: Document | None,
        question: Question,
        turn: ReadTurn,
        searched: Searched | None,
    ) -> Answer | None:
        """A question that names no product: a follow-up, a search, or something about the shop."""
        entry = self._rules.find(reading, context)
        score = entry.nearness if entry else 0.0
        search = searched.search if searched else None
        if context and self._is_follow_up(reading, context, search, entry, turn):
            return self._about(reading, context, turn)
        if context and question.told and self._goes_on(reading, context, question.told):
            return self._speak.property(context, question.told)
        is_entry = entry is not None and entry.sureness >= self._options.clear_entry_score
        if not (context or search or is_entry) and reading.points_back and self._likeness_to_concepts(reading) > score:
            return None  # "what does it cost", and nobody knows what
        listed = self._searches.listed(searched, self._options.min_search_score) if searched else None
        if listed and search and (search.is_request or search.is_exact) and listed.confidence > score:
            return listed
        least = self._options.clear_entry_score if reading.asks_for_goods else self._options.min_entry_score
        if entry and entry.sureness >= least:
            return self._rules.quote(reading, entry)
        if listed and search and not (search.is_exact or search.is_request) and not _TOLD.isdisjoint(reading.tokens):
            listed = None  # "I have lost the slip of the toaster" is no search
        return listed or self._found(reading)

    def _is_follow_up(
        self,
        reading: Reading,
        context: Document,
        search: ProductSearch | None,
        entry: FoundEntry | None,
        turn: ReadTurn,
    ) -> bool:
        """Whether the question goes on about the product the conversation is about."""
        if _says_kind_of(context, reading, _THIS) and not (reading.compares or asks_for_opinions(reading.normal)):
            return self._speak.fact(reading, context) is not None  # "what does it cost at this hotel"
        is_of_another = search and search.now.kinds and search.is_request and not _says_kind_of(context, reading)
        if is_of_another and _POINTS.isdisjoint(reading.tokens):
            return False  # "a hotel that allows smoking"
        if search and not search.is_request and not search.now.tests and self._asks_for_property(reading, context):
            return True  # "and how much storage" is no search for storage
        labels = {label for test in search.now.tests for label in test.labels} if search else set()
        if search and search.has_facilities_alone and any(fact.label in labels for fact in context.facts):
            search = None  # "with free parking?" is asked of the one that is spoken of
        if search and turn.finds:
            return False
        if search and not reading.compares and turn.asks:
            search = None
        if search and not (reading.points_back and (search.among([context.id]) or not search.is_request)):
            points_at_it = reading.points_at_owner or _says_kind_of(context, reading)
            return points_at_it and not reading.compares and self._asks_for_property(reading, context)
        if asks_for_opinions(reading.normal):
            return True
        chosen = self._speak.fact(reading, context)
        if not reading.compares and self._speak.judged(reading, context, chosen):
            return True
        if entry and entry.sureness >= self._options.min_entry_score and self._rules.is_ahead(reading, entry, chosen):
            return reading.points_back and entry.sureness < self._options.clear_entry_score
        if reading.points_back:
            return True
        if chosen is None or reading.compares:
            return False  # "the cheapest" is one of many
        # What the product lacks may be asked of anything.
        options = self._options
        return chosen.score >= (options.min_follow_up_score if chosen.fact else options.clear_fact_score)

    def _asks_for_property(self, reading: Reading, context: Document) -> bool:
        """Whether a property of the product in context is clearly asked for: "what is it made of" is no search."""
        chosen = self._speak.fact(reading, context)
        return chosen is not None and chosen.what != DESCRIPTION and chosen.score >= self._options.clear_fact_score

    def _goes_on(self, reading: Reading, context: Document, told: str) -> bool:
        """Whether the question only names more of what the fact told last says: "and with the case?"."""
        fact = context.fact(told)
        return fact is not None and reading.goes_on and bool(stems_of(reading.rest_text) & stems_of(fact.text))

    def _likeness_to_concepts(self, reading: Reading) -> float:
        """How surely a property of some product is asked for."""
        best = reading.asked[0].score if reading.asked else 0.0
        return best if best >= self._options.min_follow_up_score else 0.0

    def _found(self, reading: Reading) -> Answer | None:
        """What the products say that fits a question of no known shape, if it fits well."""
        if reading.asks_for_goods and not all(map(self._retriever.is_known, content_words(reading.normal))):
            return None  # whoever names the thing they want in a word that we do not have wants something else
        found = self._retriever.search(reading.text, limit=1, kind=PRODUCT, vector=reading.vector)
        if not found or found[0].score < self._options.min_product_score:
            return None
        product = self._product(found[0].document_id)
        if product is None:
            return None
        return Answer(summary_of(product), (product.id,), product.id, product.title, found[0].score)
