"""Answers from FAQ entries and policy sections: the one that is meant, whether it is ahead of a fact, and its words."""

from retrieval.answering.entries import EntryFinder, FoundEntry
from retrieval.answering.phrasing import best_sentences, without_verdict
from retrieval.document import CONCEPT, FAQ, POLICY, Document
from retrieval.index.name_index import tokens_of
from retrieval.language.vocabulary import ShopWords
from retrieval.options import AnswerOptions
from retrieval.properties.facts import ChosenFact
from retrieval.properties.verdicts import asks_yes_or_no
from retrieval.question import Answer
from retrieval.questions.question_reading import Reading
from retrieval.reviews.judgements import judged_in
from retrieval.search.retriever import HybridRetriever


class EntryAnswers:
    """Speaks for the rules of the shop and for entries about one product; thread-safe and without state."""

    def __init__(self, retriever: HybridRetriever, options: AnswerOptions) -> None:
        catalogue = retriever.catalogue
        self._catalogue = catalogue
        self._options = options
        rules = (*catalogue.documents(FAQ), *catalogue.documents(POLICY))
        shops_own = [rule for rule in rules if not rule.about]
        self._shop_words = ShopWords(shops_own, catalogue.documents(CONCEPT), retriever.is_of_product)
        self._finder = EntryFinder(retriever, options)

    def find(self, reading: Reading, product: Document | None = None) -> FoundEntry | None:
        """The FAQ entry or policy section that is most likely meant, of the shop or of the `product` spoken of."""
        owners = [product.id] if product else []
        return self._finder.find(reading.rest_text or reading.text, reading.plain_vector, owners)

    def is_ahead(self, reading: Reading, entry: FoundEntry, chosen: ChosenFact | None) -> bool:
        """Whether an entry fits the question better than a fact of the product."""
        bonus = self._options.shop_word_bonus if self._shop_words.are_in(reading.stems) else 0.0
        # What no record of the catalogue states is likely told by the shop's rules, if at all.
        known = chosen.score if chosen and chosen.is_usual and (chosen.fact or not reading.is_short) else 0.0
        return entry.nearness + bonus > known + self._options.entry_margin

    def judges(self, reading: Reading, entry: FoundEntry) -> bool:
        """Whether an entry surely answers, and its question has the words by which a thing is judged."""
        asked, said = judged_in(reading.rest), judged_in(tokens_of(entry.passage.title))
        return entry.sureness >= self._options.clear_entry_score and set(asked) <= set(said)

    def of_product(self, reading: Reading, product: Document, chosen: ChosenFact | None) -> Answer | None:
        """The entry about `product` that surely answers, before the fact `chosen`."""
        entry = self.find(reading, product)
        if entry is None or entry.sureness < self._options.clear_entry_score:
            return None
        owner = next(iter(self._catalogue.documents_of([entry.passage.document_id])), None)
        is_own = owner is not None and owner.about == product.id
        return self.quote(reading, entry) if is_own and self.is_ahead(reading, entry, chosen) else None

    def quote(self, reading: Reading, entry: FoundEntry) -> Answer:
        """The sentences of an entry that answer, with its yes or no only where that is asked for."""
        text = best_sentences(entry.passage.text, reading.stems)
        if entry.sureness < self._options.clear_entry_score or not asks_yes_or_no(reading.normal):
            text = without_verdict(text)  # its "Yes" may be that to another question
        return Answer(text, (entry.passage.id,), None, None, entry.sureness)
