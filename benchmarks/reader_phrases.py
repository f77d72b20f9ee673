"""How people point, ask, search and compare, and turns that are always the same."""

from retrieval.reading.reading import Act, Reference

NAMES = (
    "Aldgate", "Brisa", "Cormo", "Delta", "Elmwood", "Fenwick", "Golden", "Hartley", "Iona", "Juniper", "Kestrel",
    "Lyra", "Marlow", "Nimbus", "Orla",
)  # fmt: skip
TAILS = (
    "House", "200", "Pro", "Inn", "Plus", "Mini", "Garden", "Classic", "Room", "Max", "Point", "S3", "Lounge",
    "Twenty", "Corner",
)  # fmt: skip

POINTERS: tuple[tuple[str, Reference | None], ...] = (
    *((each, Reference.FOCUS) for each in ("it", "that one", "this one", "it", "that", "the {one}", "this {one}")),
    *((each, Reference.PLACE) for each in ("the second one", "the first one", "number three", "the last one")),
    *((each, Reference.PLACE) for each in ("the third {one}", "the one at the top", "the 2nd", "the first {one}")),
    *((each, Reference.OTHER) for each in ("the other one", "the other {one}", "the other")),
    ("{name}", None),
    ("the {name}", None),
)
PAIRS = ("the two", "both", "both of them", "those two", "these two", "the two of them")
LISTS = ("those", "these", "them", "the ones you listed", "all of those", "your list")
PREFIXES: tuple[tuple[str, frozenset[Act]], ...] = (
    *((each, frozenset({Act.YES})) for each in ("yes, ", "yes. ", "yeah, ", "that's right. ", "correct, ")),
    *((each, frozenset({Act.NO})) for each in ("no, ", "no. ", "nope, ")),
    *((each, frozenset({Act.THANKS})) for each in ("thanks. ", "thank you, ", "great, thanks. ")),
    *(
        (each, frozenset({Act.CHOOSE}))
        for each in ("that sounds good. ", "I like that one. ", "perfect, I'll take it. ")
    ),
    *((each, frozenset[Act]()) for each in ("hi, ", "hello, ", "um ", "so ", "okay ", "and ", "well, ", "please, ")),
)
FINDS = (
    "I'm looking for a {one}", "do you have a {one}", "show me a {one}", "I need a {one}", "find me a {one}",
    "have you got any {ones}", "are there any {ones}", "I want a {one}", "we would like a {one}", "got a {one}",
    "can you recommend a {one}", "I am after a {one}", "which {ones} do you have", "is there a {one}",
    "I'd like something", "do you have anything", "search for {ones}", "give me a {one}", "what {ones} are there",
)  # fmt: skip
CLOSED: dict[Act, tuple[str, ...]] = {
    Act.ANOTHER: (
        "anything else", "any others?", "what else do you have", "another one please", "show me more", "next",
        "do you have another", "is there a different one", "are there more", "something else please",
        "what other ones are there", "any other options", "can you show me some others", "more please", "keep looking",
    ),
    Act.CHOOSE: (
        "I'll take {it}", "that sounds good", "I want {it}", "{it} please", "I like {it}", "let's go with {it}",
        "{it} sounds great", "{it} will do", "I'd go for {it}", "{it} is perfect", "I choose {it}", "ok {it} then",
        "book {it}", "I want to buy {it}", "put {it} in my cart", "please reserve {it}", "order {it} for me",
        "can you book {it} for me", "I'd like to order {it}", "add {it} to the basket", "reserve a spot",
        "go ahead and book", "I want to make a reservation", "buy two of them",
    ),
    Act.YES: (
        "yes", "yes please", "yeah", "sure", "that's correct", "right", "exactly", "ok do that", "yep", "please do",
    ),
    Act.NO: (
        "no", "nope", "not really", "no I don't", "not that", "that's wrong", "no that is not right", "never mind",
    ),
    Act.THANKS: ("thanks", "thank you", "thanks a lot", "cheers", "great, thank you", "that was helpful, thanks"),
    Act.GOODBYE: ("bye", "goodbye", "see you", "that is all", "have a nice day", "that's everything, bye", "I'm done"),
    Act.COMPLAIN: (
        "this is useless", "you are not helping", "that's the wrong answer", "you don't understand me",
        "I am really annoyed", "my {one} broke after a week", "this is ridiculous", "I want to complain",
        "the {one} I got is damaged", "I already told you that", "you keep saying the same thing",
        "my {one} stopped working", "I am not happy with my {one}", "that did not help at all",
    ),
    Act.PERSON: (
        "let me talk to a person", "can I speak to someone", "I want a human", "get me an agent",
        "is there a real person",
        "connect me with your staff", "I'd rather talk to somebody", "can somebody call me", "operator please",
        "put me through to customer service", "a real human please", "I need to talk to your support",
    ),
}  # fmt: skip
NOTHING = (
    "hello", "hi there", "good morning", "how are you", "who are you", "tell me a joke", "what is the meaning of life",
    "can you sing", "what can you do", "are you a robot", "what time is it in Tokyo", "I'm bored", "what did you say",
    "could you repeat that", "say that again", "slower please", "help", "wait a moment", "hm", "my name is Anna",
    "I like trains", "who won the match yesterday", "start over", "cancel", "I don't have the number",
)  # fmt: skip
ASKS = (
    "what is the {label} of {it}", "what's the {label} of {it}", "tell me the {label} of {it}", "and the {label}",
    "{label}?", "what {label} does {it} have", "do you know the {label} of {it}", "give me the {label}",
    "what about the {label}", "could you tell me the {label} please", "I need the {label} of {it}", "and its {label}?",
    "can I have their {label}", "I would like to know the {label}", "the {label} please", "may I get the {label}",
)  # fmt: skip
BOOLEAN_ASKS = (
    "does {it} have {label}", "is there {label}", "do they have {label}", "is {it} {label}", "what about {label}",
    "has {it} got {label}", "and {label}?", "do they offer {label}", "can you check if {it} has {label}",
)  # fmt: skip
LESS_THAN = ("under ", "less than ", "below ", "no more than ", "at most ", "up to ", "not over ", "maximum ")
MORE_THAN = ("over ", "more than ", "at least ", "above ", "no less than ", "from ", "minimum ")
NOT = ("not ", "but not ", "anything but ", "no ", "except ", "other than ", "nothing ")
ANY = (
    "any {label} is fine", "I don't mind the {label}", "the {label} does not matter", "whatever {label}",
    "no preference for the {label}", "I don't care about the {label}",
)  # fmt: skip
ANY_ANSWERS = ("any is fine", "I don't care", "doesn't matter", "no preference", "whatever you have", "anything")
OFFERS = (
    "How about {name}?", "I found {name}.", "We have {name}, {other} and 3 more.", "There is {name} and {other}.",
    "We have {name} at $20, {other} at $35 and Vela Duo at $40.", "{name} has a {label} of {value}.",
    "The {label} of {name} is {value}. {other} is another.", "{name} and {other} both fit.", "That is {name}.",
)  # fmt: skip
QUESTIONS = ("Which {label} would you like?", "What {label} do you want?", "Do you have a {label} in mind?",
"{label}?",
    "I found 10. Any preference for the {label}?")  # fmt: skip
CONFIRMS = ("Would you like anything else?", "Shall I show you more?", "Do you want me to book it?", "Is that right?")
EXCLUSIONS = ("not that {label}", "not from that {label}", "a different {label}", "another {label}")
PAIR_COMPARISONS = (
    "compare {pair}", "what is the difference between {pair}", "how do {pair} differ", "which of {pair} is better",
)  # fmt: skip
PLACE_COMPARISONS = (
    "compare the first and the third",
    "how does the first differ from the second",
    "is the second better than the last one",
    "what is the difference between number one and number two",
)
