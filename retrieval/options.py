"""Settings of reading, search and answering, with their defaults."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """What is taken of source files."""

    max_rejected_share: float = 0.1
    """Share of entries that may be left out as broken, 0 to 1; with more, nothing is indexed."""

    def __post_init__(self) -> None:
        if not 0 <= self.max_rejected_share <= 1:
            raise ValueError(f"max_rejected_share is {self.max_rejected_share}; give 0 to 1")


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """How the index is built."""

    exact_up_to: int = 20_000
    """Vectors that are compared one by one; of more, those in the cells nearest to the question."""

    def __post_init__(self) -> None:
        if self.exact_up_to < 0:
            raise ValueError(f"exact_up_to is {self.exact_up_to}; give a number that is not negative")


@dataclass(frozen=True, slots=True)
class MatchOptions:
    """When two products are the same. The weights are judgements; `near_best` was set by the Amazon-Google mapping."""

    min_score: float = 0.5
    """Least score of a match: titles that share half of what they say, and nothing else that speaks for it."""
    near_best: float = 0.95
    """Share of a product's best score that counts as just as good: the other catalogue may list a thing twice."""
    description_weight: float = 0.3
    """For descriptions with the same words, against 1 for titles with the same words."""
    price_weight: float = 0.15
    """For the same price."""
    number_weight: float = 0.1
    """For numbers in the titles that agree; taken off when they contradict."""
    candidates: int = 30
    """Products of the other catalogue that each product is compared with."""
    max_titles_of_word: int = 300
    """Words in more titles than this find no candidates."""


@dataclass(frozen=True, slots=True)
class TaxonomyOptions:
    """How products are placed in a taxonomy."""

    min_score: float = 0.3
    """Least cosine with a place; products that fit nowhere better keep the category they have."""


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How passages are found and ranked."""

    candidates: int = 50
    """Passages taken from each of the two searches before they are fused."""
    dense_weight: float = 0.85
    """Share of the meaning score in the fused score, 0 to 1; the rest is the word score. Measured: from 0.8 to 0.95
    entries, products and refusals are all within one question in a hundred of their best; 0.6 loses five entries."""
    second_weight: float = 0.0
    """Share of a passage's second nearest vector in its meaning score, 0 to 1: of its best sentence, next to its whole
    text. For passages of many sentences; 0.5 was best on abstracts."""
    spelling: bool = True
    """Whether a word that no passage has is taken for the words most like it in letters and sound."""
    title_weight: float = 2.0
    """BM25 weight of a word found in the title, against 1 for a word found in the text."""
    alias_weight: float = 1.5
    """BM25 weight of a word found in the aliases or alternative questions."""

    def __post_init__(self) -> None:
        if self.candidates < 1:
            raise ValueError(f"candidates is {self.candidates}; give 1 or more")
        for name in ("dense_weight", "second_weight"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; give 0 to 1")
        for name in ("title_weight", "alias_weight"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)}; give more than 0, such as 0.01 for next to nothing")


@dataclass(frozen=True, slots=True)
class FactOptions:
    """How the facts of a product are weighed against each other; all in units of cosine."""

    word_weight: float = 0.1
    """For the rarest word that the question shares with a fact's value."""
    meaning_weight: float = 0.3
    """Of what a fact's cosine is above the median of the product's facts."""
    other_label_cost: float = 0.03
    """For each label that states a concept better than the one the product has."""
    general_label_cost: float = 0.004
    """The same for a concept known of things in general, whose labels are many."""
    extra_word_cost: float = 0.06
    """For each word that a label has more than the concept's: `case material` when the material is asked for."""
    unit_cost: float = 0.1
    """Of a fact that has nothing but its unit to say what it is."""
    label_score: float = 0.7
    """Of a fact that no concept knows, when its label stands in the question in full."""
    verb_lead: float = 0.05
    """What a fact is ahead of all that are asked for whose label is a verb of time in the question: `closes`."""
    missing_margin: float = 0.03
    """What a concept that the product's record lacks must be ahead by to be the one asked for."""
    general_margin: float = 0.08
    """The same for a concept known of things in general."""
    unstated_margin: float = 0.2
    """The same for one that no record of the catalogue states."""


@dataclass(frozen=True, slots=True)
class AnswerOptions:
    """When a passage is good enough to be quoted.

    The scores were set on the questions of `questions.jsonl`; `make bench` prints what comes of them.
    """

    min_entry_score: float = 0.5
    """Probability of being right from which a FAQ entry or a policy section answers; the lines up to `entry_slope` are
    what `heedful evaluate retrieval --calibrate` finds for a file of questions."""
    clear_entry_score: float = 0.65
    """The same to go before a fact of the product in context that only may be meant, and to answer part of a
    question."""
    entry_even: float = 0.417
    """Agreement of a question with an entry's wordings, -1 to 1, at which it is as likely right as not."""
    entry_slope: float = 14.9
    """How fast that probability grows with the agreement."""
    entry_candidates: int = 15
    """Entries of each kind that are compared more closely."""
    agreement_weight: float = 2.0
    """Of the agreement with all wordings of an entry in that comparison, next to its score in the search. Measured on
    95 roundabout questions, with seven wordings an entry: 59 in a hundred find theirs without it, 70 with it."""
    entry_margin: float = 0.05
    """What such an entry must be ahead of a fact by to answer a question that names a product."""
    shop_word_bonus: float = 0.15
    """Added to the entry's score for that when the question has a word that only the shop's rules use."""
    min_product_score: float = 0.55
    """Fused score from which a product answers a question that has no known shape."""
    min_search_score: float = 0.3
    """Fused score that the best product of a search must reach, unless every wish of the search was checked;
    `--calibrate` finds one, too."""
    near_best_share: float = 0.8
    """Share of the best product's fit that others need to be listed with it, when a wish could not be checked."""
    search_depth: int = 200
    """Passages looked at when the products of a search are put in order."""
    min_fact_score: float = 0.42
    """Score from which a fact of a known product counts as the one asked for, 0 to 1; `--calibrate` finds one, too."""
    clear_fact_score: float = 0.6
    """Score from which a fact is stated even when no word of the question says anything, as in "do you have it"."""
    min_follow_up_score: float = 0.5
    """Score from which a question that names nothing is about a property of the product in context."""
    max_differences: int = 4
    """Properties named of two products when it is asked how they differ."""
    max_products: int = 3
    """Products listed for a search request."""
    min_review_score: float = 0.3
    """Cosine from which a sentence of a review or a description speaks of what was asked."""
    near_judgement_share: float = 0.7
    """Share of the nearest sentence's cosine from which others say as much to a question how good a thing is. On
    questions about hotels and restaurants, 59 in a hundred of the reviews found are among those that people had chosen,
    and 80 in a hundred of theirs are found."""
    max_quoted_reviews: int = 2
    """Review sentences quoted for a question about opinions."""
