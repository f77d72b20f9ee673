"""The words by which labels are called in a search: what a place has or allows, and what a number counts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retrieval.language.concepts import Concept, concept_of
from retrieval.language.labels import plain_label
from retrieval.language.wording import STOP_WORDS, stem, word_set, words
from retrieval.properties.general import general_documents
from retrieval.selection.same_words import thesaurus
from retrieval.values.value_index import LabelProfile
from retrieval.values.value_keys import form_of

MOST_TRUTHS = 8  # values of a label that says whether there is something, with or without more about it
_RATING, _RATED = "rating", "rated"
_OF_ONE = word_set("address postcode phone e-mail website description")  # properties that no two things share
MOST_CONCEPTS = 2  # that a telling word may belong to
# Words of labels that do not say what they are about.
_EMPTY = word_set(
    """
    good allowed available friendly included free has have option options is accepted welcome possible suitable
    provided offered service services onsite accepts allows
    """
)
# Words of questions about a property that other questions have, too.
_GENERAL = word_set(
    """
    good allowed available friendly included free has have option options is accepted welcome possible suitable
    provided offered for the of service services onsite hotel room rooms restaurant place take takes bring use get
    need child safe leave seat home deliver serve accept accepted method non animal car friendly bring
    """
)


@dataclass(frozen=True, slots=True)
class Facility:
    """A label that says whether there is something: one word of each of `own` calls it, or one of `others`."""

    label: str
    own: tuple[frozenset[str], ...]
    others: frozenset[str]


class LabelWords:
    """Knows what the labels of a catalogue are called; immutable."""

    def __init__(self, profiles: Iterable[LabelProfile]) -> None:
        profiles = list(profiles)
        self._concepts = [concept_of(document, is_general=True) for document in general_documents()]
        self._telling = _telling_words()
        self.facilities = tuple(self._facility(each.label) for each in profiles if self._is_facility(each))
        self._by_word: dict[str, list[str]] = {}
        self._of_one = {
            each.label for each in profiles if any(known.name in _OF_ONE for known in self._stated_by(each.label))
        }
        self.numeric = frozenset(each.label for each in profiles if 2 * each.numbers > each.values) - self._of_one
        self._by_unit: dict[str, list[str]] = {}
        for each in profiles:
            for unit in each.units if each.label in self.numeric else ():
                self._by_unit.setdefault(unit, []).append(each.label)
            for word in self._names_of(each.label):
                self._by_word.setdefault(word, []).append(each.label)
        self._stems = {stem(word) for word in self._by_word}

    def called(self, form: str) -> Sequence[str]:
        """The labels that a word is a name of."""
        return self._by_word.get(form, ())

    def measured_in(self, unit: str) -> Sequence[str]:
        """The labels whose values are numbers of a base unit."""
        return self._by_unit.get(unit, ())

    def is_of_one(self, label: str) -> bool:
        """Whether what stands under `label` is that of one thing alone, such as an address."""
        return label in self._of_one

    def is_name(self, token: str) -> bool:
        """Whether a word is a name of a label, or a form of one."""
        return stem(token) in self._stems

    def is_facility(self, label: str) -> bool:
        """Whether `label` says whether there is something."""
        return any(facility.label == label for facility in self.facilities)

    def _is_facility(self, profile: LabelProfile) -> bool:
        if profile.is_mere:
            return True
        few = profile.values <= MOST_TRUTHS and profile.numbers == 0
        return few and (profile.denials > 0 or any(concept.has for concept in self._stated_by(profile.label)))

    def _stated_by(self, label: str) -> list[Concept]:
        """The properties that `label` states just so."""
        return [each for each in self._concepts if (place := each.place_of(label)) and not place[0]]

    def _facility(self, label: str) -> Facility:
        own = _forms(plain_label(label).text)
        concepts = [each for each in self._stated_by(label) if each.has]
        others = {word for concept in concepts for word in self._telling.get(concept.name, ())}
        alike = tuple(_alike(word) for word in sorted(own - _EMPTY or own))
        return Facility(label, alike, frozenset(others - _GENERAL - _EMPTY))

    def _names_of(self, label: str) -> set[str]:
        names = [plain_label(label).text, *(name for each in self._stated_by(label) for name in _names(each))]
        forms = {form for name in names for form in _forms(name)}
        return forms | ({_RATED} if _RATING in forms else set())


def _names(concept: Concept) -> tuple[str, ...]:
    return (concept.name, *concept.labels)


def _telling_words() -> dict[str, frozenset[str]]:
    """For each property the words of its labels and questions that few others have."""
    said: dict[str, set[str]] = {}
    for document in general_documents():
        concept = concept_of(document, is_general=True)
        said[concept.name] = {form for text in (*_names(concept), *document.aliases) for form in _forms(text)}
    counts = Counter(form for forms in said.values() for form in forms)
    return {
        name: frozenset(form for form in forms if counts[form] <= MOST_CONCEPTS and len(form) > 2)
        for name, forms in said.items()
    }


def _alike(word: str) -> frozenset[str]:
    """A word and those that mean the same of any label."""
    groups = (group for group in thesaurus().values.get(word, ()) if not group.labels)
    return frozenset({word, *(key for group in groups for key in group.keys)})


def _forms(text: str) -> set[str]:
    return {form_of(word) for word in words(text) if word not in STOP_WORDS}
