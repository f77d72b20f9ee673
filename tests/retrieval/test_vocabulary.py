"""The words that only the shop's rules use."""

from retrieval.document import Document, Fact
from retrieval.vocabulary import shop_words, stems_of

ENTRY = Document("faq:parcel", "faq", "Where is my parcel?", "Follow the link.", aliases=("Do you ship phones?",))
POLICY = Document("policy:pay", "policy", "Payment", "", facts=(Fact("parts", "Instalments", "Three months."),))
PHONE = Document("product:phone", "product", "Phone", "", facts=(Fact("payment", "payment", "by thumb"),))


def test_words_of_headings_and_questions_that_no_product_uses() -> None:
    assert shop_words([ENTRY, POLICY], [PHONE]) == {"parcel", "ship", "instalment"}


def test_stems_leave_out_words_without_meaning() -> None:
    assert stems_of("Where are the parcels?") == {"parcel"}
