"""Settles what a question points at among the things that were shown, before it is answered."""

from dataclasses import replace

from retrieval.answering.list_answers import granting, which_of
from retrieval.answering.phrasing import best_sentences
from retrieval.answering.relative import better_than, with_values
from retrieval.document import PRODUCT, Document
from retrieval.index.catalogue import Catalogue
from retrieval.index.name_index import NameIndex
from retrieval.language.vocabulary import stems_of
from retrieval.language.wording import STOP_WORDS, stem, word_set
from retrieval.question import Answer, Comparison, Question
from retrieval.questions.question_reading import QuestionReader, Reading

_CORRECTING = word_set("mean meant sorry no not rather actually instead wait one and what about")
MOST_NAMESAKES = 40  # products of whose names a word may be a part


class References:
    """Settles what questions point at; thread-safe and without state."""

    def __init__(self, catalogue: Catalogue, reader: QuestionReader, names: NameIndex) -> None:
        self._catalogue = catalogue
        self._reader = reader
        self._names = names

    def settled(self, question: Question) -> Question | Answer:
        """The question with what it says of the things shown spelled out, or what to ask back."""
        listed = self._products(question.among)
        if described := question.described:
            chosen = granting(listed, described.words) or granting(self._products(question.wider), described.words)
            if 1 < len(chosen) < len(listed) and described.is_certain:
                return which_of(chosen)
            if len(chosen) == 1:
                return replace(question, text=described.text, product_id=chosen[0].id, among=())
        shown = self._products((question.product_id,)) if question.product_id else listed
        if not shown:
            return question
        if question.compared and (wish := self._better(question.compared, shown)):
            kind = "" if question.search else shown[0].category.split(" > ")[-1].lower()
            return replace(question, text=f"{kind or 'something'} {wish}", product_id=None, among=())
        text = with_values(question.text, shown[0])
        return replace(question, text=text, product_id=None) if text != question.text else question

    def _better(self, compared: Comparison, shown: list[Document]) -> str | None:
        """What is wished in the place of `shown`; None where nothing ranks so, or nothing is known of them."""
        ranking = self._reader.read(compared.text).ranking
        if ranking is None:
            return None
        return better_than(shown, ranking, -ranking.ranking if compared.is_opposite else ranking.ranking)

    def held(self, reading: Reading, entry_id: str, meant: Document | None) -> Answer | None:
        """What an entry that was quoted says of something else: "does that go for the tablet?"."""
        document_id, _, slug = entry_id.partition("#")
        entry = next(iter(self._catalogue.documents_of([document_id])), None)
        if entry is None:
            return None
        section = entry.fact(slug)
        stems = reading.stems | stems_of(f"{meant.title} {meant.category}" if meant else "")
        return Answer(best_sentences(section.text if section else entry.text, stems), (entry_id,), None, None, 0.7)

    def namesake(self, reading: Reading, context: Document) -> Document | None:
        """The one product that a part of a name means next to `context`: after Buds 2, "the Pro" is the Buds Pro."""
        said = [token for token in reading.tokens if token not in STOP_WORDS and token not in _CORRECTING]
        if not said:
            return None
        found = self._names.products_with([tuple(dict.fromkeys((token, stem(token)))) for token in said])
        if not 0 < len(found) <= MOST_NAMESAKES:
            return None
        shared = {
            product: (len(stems_of(product.title) & stems_of(context.title)), product.category == context.category)
            for product in self._catalogue.documents_of(sorted(found - {context.id}))
        }
        best = [product for product in shared if shared[product] == max(shared.values())]
        return best[0] if len(best) == 1 and any(shared[best[0]]) else None

    def _products(self, ids: tuple[str, ...]) -> list[Document]:
        whole = [each if each.startswith(f"{PRODUCT}:") else f"{PRODUCT}:{each}" for each in ids]
        return [document for document in self._catalogue.documents_of(whole) if document.kind == PRODUCT]
