"""The names of all products in tables of the catalogue, so that those a text may mean are looked up, never held."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from retrieval.document import Document
from retrieval.filtering import category_key, folded
from retrieval.language.remembering import MAX_LETTERS, remembered
from retrieval.language.wording import stem, with_digits, words

# `place` is LAST for the last word of a title, IN_TITLE for its other words, ALIAS for a word of another name alone.
LAST, IN_TITLE, ALIAS = 2, 1, 0
NAMES_SCHEMA = """
CREATE TABLE names (
    id INTEGER PRIMARY KEY, product_id TEXT NOT NULL, form TEXT NOT NULL, number TEXT NOT NULL
);
CREATE INDEX names_product ON names (product_id);
CREATE TABLE name_tokens (
    token TEXT NOT NULL, place INTEGER NOT NULL, name INTEGER NOT NULL, PRIMARY KEY (token, name)
) WITHOUT ROWID;
CREATE INDEX name_tokens_name ON name_tokens (name);
CREATE TABLE name_spellings (spelling TEXT NOT NULL, token TEXT NOT NULL, PRIMARY KEY (spelling, token)) WITHOUT ROWID;
CREATE INDEX name_spellings_token ON name_spellings (token);
CREATE TABLE category_words (
    stem TEXT NOT NULL, category TEXT NOT NULL, is_leaf INTEGER NOT NULL, PRIMARY KEY (stem, category)
) WITHOUT ROWID;
CREATE TABLE brand_words (first TEXT NOT NULL, brand TEXT NOT NULL, PRIMARY KEY (first, brand)) WITHOUT ROWID;
CREATE INDEX category_words_category ON category_words (category);
CREATE INDEX brand_words_brand ON brand_words (brand);
"""
MIN_FUZZY_LETTERS = 4  # shorter words must be spelled right
COMMON_NAMES = 1000  # a word of more names than this finds none by itself
MAX_COMMON = 16  # common words of one text that are looked up in pairs, the rarest of them
MAX_CANDIDATES = 400  # names looked at for one word or pair of words
WORDS_REMEMBERED = 4096
_SAME_SOUND = str.maketrans("cqzvgjyw", "kksfjjii")
_VOWELS = frozenset("aeiouh")

Rows = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]


def tokens_of(text: str) -> list[str]:
    """The tokens that names are made of: lower-case words, numbers as digits."""
    return with_digits(words(text))


def spellings_of(token: str) -> set[str]:
    """`token`, what is left of it without any one letter, and how it sounds."""
    return {token, *(token[:at] + token[at + 1 :] for at in range(len(token))), sound_of(token)}


def sound_of(token: str) -> str:
    """ "~" with the first letter of `token` and its consonants as they sound."""
    consonants = "".join(letter for letter in token.translate(_SAME_SOUND) if letter not in _VOWELS)
    return f"~{token[0]}{consonants}"


class NameWriter:
    """Writes the names, categories and brands of products into tables that are there; the caller commits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, product: Document) -> None:
        """Add every name of one product."""
        title = tokens_of(product.title)
        number = next((token for token in reversed(title) if token.isdigit()), "")
        forms = sorted({tuple(tokens_of(name)) for name in (product.title, *product.aliases)} - {()})
        for form in forms:
            sql = "INSERT INTO names (product_id, form, number) VALUES (?, ?, ?)"
            name = self._connection.execute(sql, (product.id, " ".join(form), number)).lastrowid
            is_title = list(form) == title
            places = dict.fromkeys(form, IN_TITLE if is_title else ALIAS)
            if is_title:
                places[form[-1]] = LAST
            self._many("name_tokens", 3, ((token, place, name) for token, place in places.items()))
        fuzzy = {token for form in forms for token in form if is_fuzzy(token)}
        self._many("name_spellings", 2, ((spelling, token) for token in fuzzy for spelling in spellings_of(token)))
        self._add_category(product.category)
        if brand := tokens_of(product.brand):
            self._many("brand_words", 2, [(brand[0], product.brand)])

    def remove(self, product_id: str) -> None:
        """Forget the names of a product whose document is still there, and what no other product needs."""
        tokens = self._connection.execute(
            "SELECT DISTINCT t.token FROM names n JOIN name_tokens t ON t.name = n.id WHERE n.product_id = ?",
            (product_id,),
        ).fetchall()
        self._connection.execute(
            "DELETE FROM name_tokens WHERE name IN (SELECT id FROM names WHERE product_id = ?)", (product_id,)
        )
        self._connection.execute("DELETE FROM names WHERE product_id = ?", (product_id,))
        self._connection.executemany(
            "DELETE FROM name_spellings WHERE token = ? AND NOT EXISTS"
            " (SELECT 1 FROM name_tokens t WHERE t.token = name_spellings.token)",
            tokens,
        )
        for table, column in (("category_words", "category"), ("brand_words", "brand")):
            self._connection.execute(
                f"DELETE FROM {table} WHERE {column} IN (SELECT {column} FROM documents WHERE id = ?) AND NOT EXISTS"
                f" (SELECT 1 FROM documents d JOIN documents gone ON d.{column}_key = gone.{column}_key"
                " WHERE gone.id = ? AND d.id <> gone.id)",
                (product_id, product_id),
            )

    def _add_category(self, category: str) -> None:
        leaf = category.split(" > ")[-1]
        is_leaf = {stem(word): 0 for word in tokens_of(category)} | {stem(word): 1 for word in tokens_of(leaf)}
        self._many("category_words", 3, ((word, category, leafy) for word, leafy in is_leaf.items()))

    def _many(self, table: str, columns: int, rows: Iterable[tuple[object, ...]]) -> None:
        marks = ", ".join("?" * columns)
        self._connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)


def is_fuzzy(token: str) -> bool:
    """Whether `token` may be misspelled and still be known."""
    return MIN_FUZZY_LETTERS <= len(token) <= MAX_LETTERS and token.isalpha()


@dataclass(frozen=True, slots=True)
class Word:
    """How a word stands in the names of the catalogue.

    `names` counts those that have it, `titles` the titles, `lasts` the titles that end with it; `is_of_category` when
    a category has it, too.
    """

    names: int
    titles: int
    lasts: int
    is_of_category: bool


@dataclass(frozen=True, slots=True)
class Name:
    """One of the names of a product; `number` is the last number of its title, or empty."""

    product_id: str
    tokens: tuple[str, ...]
    number: str


class NameIndex:
    """Looks names up in a catalogue that does not change; thread-safe as `rows` is."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.total = int(rows("SELECT coalesce(max(id), 0) FROM names", ())[0][0])
        self.word = remembered(self._read_word, WORDS_REMEMBERED)

    def _read_word(self, token: str) -> Word:
        """How `token` stands in the names."""
        counts: dict[int, int] = dict(
            self._rows("SELECT place, count(*) FROM name_tokens WHERE token = ? GROUP BY place", (token,))
        )
        of_category = self._rows("SELECT 1 FROM category_words WHERE stem IN (?, ?) LIMIT 1", (token, stem(token)))
        lasts = counts.get(LAST, 0)
        return Word(sum(counts.values()), lasts + counts.get(IN_TITLE, 0), lasts, bool(of_category))

    def alike(self, token: str) -> list[str]:
        """Words of names that are spelled or sound nearly as `token` does."""
        spellings = tuple(spellings_of(token))
        marks = ", ".join("?" * len(spellings))
        sql = f"SELECT DISTINCT token FROM name_spellings WHERE spelling IN ({marks}) ORDER BY token"
        return [found for (found,) in self._rows(sql, spellings)]

    def names_with(self, tokens: Sequence[str]) -> list[Name]:
        """The names that have one of `tokens`, or two of them where many names have each."""
        rare = [token for token in tokens if self.word(token).names <= COMMON_NAMES]
        found: dict[int, Name] = {}
        for token in rare:
            found |= self._named("n.id IN (SELECT name FROM name_tokens WHERE token = ?)", (token,))
        common = sorted(set(tokens).difference(rare), key=lambda token: (self.word(token).names, token))[:MAX_COMMON]
        for pair in combinations(common, 2):
            has_both = "n.id IN (SELECT a.name FROM name_tokens a JOIN name_tokens b ON b.name = a.name"
            found |= self._named(f"{has_both} WHERE a.token = ? AND b.token = ? LIMIT {MAX_CANDIDATES})", pair)
        return [found[name_id] for name_id in sorted(found)]

    def products_with(self, words_in_forms: Sequence[Sequence[str]]) -> set[str]:
        """The ids of products of which one name has all words, each in one of its forms, or whose brand has them.

        None where every word is one of very many names.
        """
        counts = [sum(self.word(form).names for form in forms) for forms in words_in_forms]
        brands = dict(self.brands_of([forms[0] for forms in words_in_forms])[:1])
        if not brands and min(filter(None, counts), default=COMMON_NAMES + 1) > COMMON_NAMES:
            return set()
        tests: list[str] = []
        parameters: list[str] = []
        for forms in words_in_forms:
            marks = ", ".join("?" * len(forms))
            test = f"n.id IN (SELECT name FROM name_tokens WHERE token IN ({marks}))"
            parameters += forms
            for brand in (name for said, name in brands.items() if forms[0] in said):
                test = f"({test} OR n.product_id IN (SELECT id FROM documents WHERE brand_key = ?))"
                parameters.append(folded(brand))
            tests.append(test)
        rows = self._rows(f"SELECT n.product_id FROM names n WHERE {' AND '.join(tests)}", parameters)
        return {product_id for (product_id,) in rows}

    def words_of(self, product_id: str) -> set[str]:
        """The words of all names of a product."""
        sql = "SELECT form FROM names WHERE product_id = ?"
        return {word for (form,) in self._rows(sql, (product_id,)) for word in form.split(" ")}

    def is_kind(self, stems: str) -> bool:
        """Whether a category is called by a word with that stem."""
        return bool(self._rows("SELECT 1 FROM category_words WHERE stem = ? LIMIT 1", (stems,)))

    def _named(self, test: str, parameters: Sequence[object]) -> dict[int, Name]:
        rows = self._rows(f"SELECT n.id, n.product_id, n.form, n.number FROM names n WHERE {test}", parameters)
        return {name_id: Name(product_id, tuple(form.split(" ")), number) for name_id, product_id, form, number in rows}

    def categories_of(self, stems: Sequence[str]) -> list[str]:
        """The categories whose last part has one of `stems`."""
        marks = ", ".join("?" * len(stems))
        sql = f"SELECT DISTINCT category FROM category_words WHERE is_leaf AND stem IN ({marks}) ORDER BY category"
        return [category for (category,) in self._rows(sql, tuple(stems))]

    def kinds(self) -> list[str]:
        """The stems of the words that name categories."""
        return [word for (word,) in self._rows("SELECT DISTINCT stem FROM category_words WHERE is_leaf", ())]

    def endings_of(self, stems: Sequence[str]) -> list[str]:
        """Find which of `stems` and their plurals a title ends with."""
        forms = [form for word in stems for form in (word, word + "s", word + "es")]
        return [form for form in forms if self.word(form).lasts]

    def is_said_by_titles(self, category: str, endings: Sequence[str]) -> bool:
        """Whether the title of a product of `category` ends with one of `endings`."""
        marks = ", ".join("?" * len(endings))
        sql = (
            "SELECT 1 FROM documents d JOIN names n ON n.product_id = d.id JOIN name_tokens t ON t.name = n.id"
            f" WHERE d.category_key = ? AND t.place = {LAST} AND t.token IN ({marks}) LIMIT 1"
        )
        return bool(self._rows(sql, (category_key(category), *endings)))

    def share_of_shared_endings(self) -> float:
        """How many of the titles end with a word as another one does, 0 to 1."""
        counts = f"SELECT count(*) AS n FROM name_tokens WHERE place = {LAST} GROUP BY token"
        sql = f"SELECT coalesce(sum(CASE WHEN n > 1 THEN n END), 0), coalesce(sum(n), 1) FROM ({counts})"
        shared, all_titles = self._rows(sql, ())[0]
        return float(shared / max(all_titles, 1))

    def brands_of(self, tokens: Sequence[str]) -> list[tuple[tuple[str, ...], str]]:
        """The brands that `tokens` name: their words, and how they are written; the longest first."""
        found = set()
        for at, token in enumerate(tokens):
            for (brand,) in self._rows("SELECT brand FROM brand_words WHERE first = ?", (token,)):
                parts = tuple(tokens_of(brand))
                if tuple(tokens[at : at + len(parts)]) == parts:
                    found.add((parts, brand))
        return sorted(found, key=lambda brand: (-len(brand[0]), brand[1]))
