"""Writes what is said as a voice has to read it: codes letter by letter, long numbers digit by digit, and choices."""

import re

from dialogue.reply import Reply

# One code: "IPX4", "SM-1234"; and short forms that look like words.
_CODE = re.compile(r"(?<![\w.,$€£-])(?:[A-Z]{2,}-?\d{1,2}|[A-Z]+-?\d{3,}|O?LED|VGA)(?![\w%]|[.,-]\w)")
# A number that names something and counts nothing: it stands after the word for such things.
_THINGS = "order|number|no\\.|code|reference|ticket|parcel|booking|invoice|customer|pin|postcode"
_NUMBERED = re.compile(rf"\b(?:{_THINGS})(?: (?:number|code|is))*[ :#]+(?P<digits>\d{{4,}})(?![\w%]|[.,]\d)", re.I)


def spoken_form(sentence: str) -> str:
    """`Order 48213 is IPX4.` as `Order 4 8 2 1 3 is I P X 4.`; all other words stay as they are."""
    numbered = _NUMBERED.sub(lambda found: found[0].replace(found["digits"], " ".join(found["digits"])), sentence)
    return _CODE.sub(lambda found: " ".join(found[0].replace("-", "")), numbered)


def with_choices(reply: Reply) -> str:
    """The reply with the titles of its buttons at the end, since a listener does not see them: `Great, sad?`

    Those that the text names already are not said again.
    """
    said = reply.text.casefold()
    unsaid = [title for title in reply.choices if not re.search(rf"\b{re.escape(title.casefold())}\b", said)]
    return f"{reply.text} {', '.join(unsaid)}?".lstrip() if unsaid else reply.text
