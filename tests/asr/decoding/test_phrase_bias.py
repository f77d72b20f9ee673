"""Phrases are favoured with a vocabulary and logits written by hand, with a scripted decoder, and with the model."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from whisper.model import Whisper
from whisper.tokenizer import Tokenizer

from asr.decoding.phrase_bias import BiasCursor, Choice, PhraseBias, spellings
from asr.decoding.token_rules import TokenRules
from asr.decoding.token_search import Decoding, TokenSearch
from asr.model.text_decoder import CachedDecoder
from asr.options import RecognizerOptions
from asr.recognizer import WhisperRecognizer
from asr.samples import Samples
from tests.asr.conftest import EXACT, Speak

PIECES = (" har", "bor", "per", " kettle", " settle", " tea", "s", " the", ".", " pot")
CAPITAL = len(PIECES)  # added to a piece for its spelling with a capital letter
END = 2 * len(PIECES)
STRENGTH = 4.0  # half of it where a phrase begins
FIRST = 50363  # of the timestamps
END_OF_TEXT = "<|endoftext|>"


class ToyTokenizer:
    """Whisper's tokenizer in small."""

    eot = END

    def encode(self, text: str) -> list[int]:
        tokens: list[int] = []
        while text:
            piece = next(piece for piece in PIECES if text.lower().startswith(piece))
            spelled, text = text[: len(piece)], text[len(piece) :]
            tokens.append(PIECES.index(piece) + (0 if spelled.islower() or spelled == piece else CAPITAL))
        return tokens

    def decode(self, tokens: list[int]) -> str:
        return "".join(PIECES[token] if token < CAPITAL else PIECES[token - CAPITAL].title() for token in tokens)


def toy_bias(*phrases: str, strength: float = STRENGTH) -> PhraseBias:
    return PhraseBias(phrases, ToyTokenizer(), strength)


def token(piece: str) -> int:
    return PIECES.index(piece)


def row(**logits: float) -> Tensor:
    """Logits by the letters of a piece; `end` and `dot` for the end of the text and a full stop; others are -30."""
    result = torch.full((END + 1,), -30.0)
    for name, value in logits.items():
        place = {"end": END, "dot": token(".")}.get(name)
        if place is None:
            place = next(index for index, piece in enumerate(PIECES) if piece.strip() == name)
        result[place] = value
    return result


def replay(cursor: BiasCursor, rows: list[Tensor]) -> list[Choice]:
    return [cursor.choose(logits) for logits in rows]


def pieces(choices: list[Choice]) -> list[str]:
    """What stands there in the end."""
    said: list[str] = []
    for choice in choices:
        del said[len(said) - choice.taken_back :]
        said.append("END" if choice.token == END else PIECES[choice.token])
    return said


def test_the_spellings_are_those_that_whisper_writes() -> None:
    assert spellings("harbor Kettle") == {"harbor Kettle", "harbor kettle", "Harbor Kettle", "Harbor kettle"}
    assert spellings("USB hub") == {"USB hub", "usb hub", "USB Hub"}
    assert spellings("  ") == set()


def test_a_phrase_begun_wins_over_what_sounds_like_it() -> None:
    rows = [row(har=9), row(per=5, bor=3), row(settle=5, kettle=1.5), row(end=9)]
    assert pieces(replay(toy_bias("harbor kettle").cursor(), rows)) == [" har", "bor", " kettle", "END"]
    assert pieces(replay(toy_bias("tea pot").cursor(), rows)) == [" har", "per", " settle", "END"]


def test_phrases_are_favoured_in_addition_to_others() -> None:
    rows = [row(har=9), row(per=5, bor=3), row(settle=5, kettle=1.5), row(end=9)]
    kettle = toy_bias("harbor kettle")
    for bias in (
        PhraseBias(["tea pot"], ToyTokenizer(), STRENGTH, kettle),
        PhraseBias(["harbor kettle"], ToyTokenizer(), STRENGTH, toy_bias("tea pot")),
    ):
        assert pieces(replay(bias.cursor(), rows)) == [" har", "bor", " kettle", "END"]
        assert set(bias.beginnings) == {*toy_bias("tea pot").beginnings, *kettle.beginnings}
    assert set(kettle.beginnings) == set(toy_bias("harbor kettle").beginnings)  # it is not changed by that


def test_a_capital_letter_makes_no_difference() -> None:
    rows = [row(), row(), row(end=9)]
    rows[0][token(" har") + CAPITAL] = 9
    rows[1][token("per")], rows[1][token("bor")] = 5, 3
    assert pieces_of_tokens(replay(toy_bias("harbor").cursor(), rows)) == " Harbor"


def pieces_of_tokens(choices: list[Choice]) -> str:
    return ToyTokenizer().decode([choice.token for choice in choices if choice.token != END])


def test_what_is_much_less_likely_is_not_forced() -> None:
    rows = [row(har=9), row(per=9, bor=4.9), row(end=9)]
    assert pieces(replay(toy_bias("harbor").cursor(), rows)) == [" har", "per", "END"]


def test_the_beginning_of_a_phrase_gets_less_than_its_continuation() -> None:
    near, far = [row(the=5, tea=3.1), row(end=9)], [row(the=5, tea=2.9), row(end=9)]
    assert pieces(replay(toy_bias("tea").cursor(), near)) == [" tea", "END"]
    assert pieces(replay(toy_bias("tea").cursor(), far)) == [" the", "END"]


def test_tokens_outside_of_the_phrases_keep_their_order() -> None:
    rows = [row(the=5, pot=4.9, har=1), row(settle=5, pot=4.9, kettle=4.8), row(end=9)]
    assert pieces(replay(toy_bias("harbor kettle").cursor(), rows)) == [" the", " settle", "END"]


def test_a_phrase_that_is_broken_off_leaves_nothing_behind() -> None:
    """The decoder is led into "harbor", wants "tea" there, and is back at "harper" with what it wanted then."""
    cursor = toy_bias("harbor kettle").cursor()
    choices = replay(cursor, [row(har=9), row(per=5, bor=3), row(tea=9, kettle=1)])
    assert pieces(choices) == [" har", "per"]
    assert choices[-1].taken_back == 1
    assert choices[-1].log_probability == pytest.approx(float(row(per=5, bor=3).log_softmax(0)[token("per")]), abs=1e-6)


def test_a_phrase_may_be_broken_off_after_several_tokens_and_at_the_end() -> None:
    cursor = toy_bias("tea pot kettle").cursor()
    choices = replay(cursor, [row(the=9), row(the=5, tea=4), row(pot=9), row(end=9)])
    assert pieces(choices) == [" the", " the"]
    assert choices[-1].taken_back == 2


def test_what_was_said_without_help_is_not_taken_back() -> None:
    rows = [row(tea=9), row(pot=9), row(the=9), row(end=9)]
    assert pieces(replay(toy_bias("tea pot kettle").cursor(), rows)) == [" tea", " pot", " the", "END"]


def test_a_phrase_within_a_longer_word_does_not_count() -> None:
    """ "tea" was meant, but what comes is "teas"."""
    favoured = replay(toy_bias("tea").cursor(), [row(the=5, tea=4), row(s=9)])
    assert pieces(favoured) == [" the"]
    stopped = replay(toy_bias("tea").cursor(), [row(the=5, tea=4), row(dot=9), row(end=9)])
    assert pieces(stopped) == [" tea", ".", "END"]


def test_the_shorter_of_two_phrases_stays_when_the_longer_breaks_off() -> None:
    rows = [row(the=5, tea=4), row(the=5, pot=4), row(the=9), row(end=9)]
    choices = replay(toy_bias("tea", "tea pot kettle").cursor(), rows)
    assert pieces(choices) == [" tea", " the", "END"]
    assert [choice.taken_back for choice in choices] == [0, 0, 1, 0]


def test_the_shorter_of_two_phrases_goes_as_well_when_it_was_not_a_whole_word() -> None:
    rows = [row(the=5, tea=4), row(s=5, pot=4), row(end=9)]
    assert pieces(replay(toy_bias("tea", "tea pot kettle").cursor(), rows)) == [" the"]


def test_one_phrase_may_follow_another() -> None:
    rows = [row(the=5, tea=4), row(the=5, har=4), row(per=5, bor=2), row(end=9)]
    assert pieces(replay(toy_bias("tea", "harbor").cursor(), rows)) == [" tea", " har", "bor", "END"]


def test_blank_phrases_favour_nothing() -> None:
    assert toy_bias("", "  ").cursor().choose(row(the=5, tea=4.9)).token == token(" the")


def test_cursors_do_not_know_of_each_other() -> None:
    bias = toy_bias("harbor")
    bias.cursor().choose(row(har=9))
    assert bias.cursor().choose(row(per=5, bor=3)).token == token("per")


@given(st.lists(st.lists(st.floats(-9, 9, width=32), min_size=END + 1, max_size=END + 1), max_size=12))
def test_without_strength_every_choice_is_the_decoders_own(rows: list[list[float]]) -> None:
    cursor = toy_bias("harbor kettle", "tea", "tea pot", strength=0.0).cursor()
    for logits in map(torch.tensor, rows):
        assert cursor.choose(logits).token == int(logits.argmax())


@given(st.lists(st.lists(st.floats(-9, 9, width=32), min_size=END + 1, max_size=END + 1), max_size=20))
def test_never_takes_back_more_than_was_said(rows: list[list[float]]) -> None:
    cursor = toy_bias("harbor kettle", "tea", "tea pot", "tea pot kettle tea").cursor()
    length = 0
    for choice in (cursor.choose(torch.tensor(logits)) for logits in rows):
        assert 0 <= choice.taken_back <= length
        length += 1 - choice.taken_back


NUMBERED = r"order \d\d\d\d\d"


def said(tokenizer: Tokenizer, phrases: list[str], *steps: dict[str, float]) -> str:
    """What stands there when each step wants these texts of one token; the last step is the end."""
    rows = []
    for step in [*steps, {END_OF_TEXT: 9.0}]:
        rows.append(torch.full((tokenizer.eot + 1,), -30.0))
        for text, logit in step.items():
            [number] = [tokenizer.eot] if text == END_OF_TEXT else tokenizer.encode(text)
            rows[-1][number] = logit
    tokens: list[int] = []
    for choice in replay(PhraseBias(phrases, tokenizer, STRENGTH).cursor(), rows):
        del tokens[len(tokens) - choice.taken_back :]
        tokens.append(choice.token)
    return str(tokenizer.decode(tokens)).removesuffix("<|endoftext|>")


def test_a_number_of_the_known_length_is_favoured_after_its_word(tokenizer: Tokenizer) -> None:
    steps = [{" order": 9.0}, {" for": 5.0, " 4": 3.0}, {"82": 9.0}, {"teen": 5.0, "13": 3.0}]
    assert said(tokenizer, [NUMBERED], *steps) == " order 48213"
    assert said(tokenizer, [NUMBERED], {" other": 9.0}, *steps[1:]) == " other for82teen"


@pytest.mark.parametrize("rest", [[], [{"82": 9.0}], [{"82": 9.0}, {"13": 9.0}, {"5": 9.0}]])
def test_a_number_of_another_length_is_not(tokenizer: Tokenizer, rest: list[dict[str, float]]) -> None:
    found = said(tokenizer, [NUMBERED], {" order": 9.0}, {" for": 5.0, " 4": 3.0}, *rest)
    assert found.startswith(" order for")


def test_digits_may_stand_apart(tokenizer: Tokenizer) -> None:
    apart = [{"-": 9.0}, {"8": 9.0}, {",": 9.0}, {" 2": 9.0}, {"13": 9.0}]
    assert said(tokenizer, [NUMBERED], {" order": 9.0}, {" for": 5.0, " 4": 3.0}, *apart) == " order 4-8, 213"


def test_a_phrase_with_a_number_in_it_may_stand_beside(tokenizer: Tokenizer) -> None:
    phrases = [r"order \d\d", "order 66 tea", NUMBERED]
    spoken = [{" order": 9.0}, {" 66": 9.0}]
    assert said(tokenizer, phrases, *spoken, {" the": 5.0, " tea": 2.0}) == " order 66 tea"
    assert said(tokenizer, phrases, {" order": 9.0}, {" for": 5.0, " 4": 3.0}, {"2": 9.0}) == " order 42"


@pytest.mark.parametrize("digits", [["82"], ["82", "13"]])
def test_numbers_of_two_lengths_may_follow_the_same_words(tokenizer: Tokenizer, digits: list[str]) -> None:
    steps = [{" order": 9.0}, {" for": 5.0, " 4": 3.0}, *({text: 9.0} for text in digits)]
    for phrases in ([NUMBERED, r"order \d\d\d"], [r"order \d\d\d", NUMBERED]):
        assert said(tokenizer, phrases, *steps) == f" order 4{''.join(digits)}"
        assert said(tokenizer, phrases, *steps[:-1]).startswith(" order for") == (len(digits) == 1)


class Follower:
    """A scripted decoder: the logits depend on all that was said, as in a real one."""

    text_context = 448

    def __init__(self, script: dict[tuple[int, ...], dict[int, float]]) -> None:
        self._script = script

    def start(self, features: Tensor, room: int) -> "FollowerState":
        return FollowerState()

    def step(self, state: "FollowerState", tokens: list[list[int]]) -> Tensor:
        state.said[state.lengths[0] :] = tokens[0]
        state.lengths = [len(state.said)]
        logits = torch.full((1, len(tokens[0]), 51864), -30.0)
        for wanted, logit in self._script[tuple(state.said[1:])].items():
            logits[0, -1, wanted] = logit
        return logits


class FollowerState:
    def __init__(self) -> None:
        self.lengths = [0]
        self.said: list[int] = []

    def keep(self, rows: list[int]) -> None:
        assert rows == [0]


def harper_script(tokenizer: Tokenizer, *, kettle: float) -> dict[tuple[int, ...], dict[int, float]]:
    harbor, harper, kettles = (tokenizer.encode(word)[0] for word in (" harbor", " Harper", " kettle"))
    tea, end = tokenizer.encode(" tea")[0], tokenizer.eot
    return {
        (): {FIRST: 9},
        (FIRST,): {harper: 5, harbor: 3.5},
        (FIRST, harper): {tea: 9},
        (FIRST, harbor): {tea: 9, kettles: kettle},
        (FIRST, harper, tea): {end: 9},
        (FIRST, harbor, kettles): {end: 9},
    }


def decode_scripted(tokenizer: Tokenizer, rules: TokenRules, *, kettle: float) -> Decoding:
    bias = PhraseBias(["harbor kettle"], tokenizer, STRENGTH)
    follower = Follower(harper_script(tokenizer, kettle=kettle))
    return TokenSearch(follower, rules, bias).run(torch.zeros(1, 500, 8), [(50257,)], [8.0], 0.0)[0]  # type: ignore[arg-type]


def test_the_search_follows_a_phrase(tokenizer: Tokenizer, rules: TokenRules) -> None:
    decoding = decode_scripted(tokenizer, rules, kettle=6.0)
    assert tokenizer.decode(list(decoding.tokens[1:])) == " harbor kettle"


def test_the_search_goes_back_when_a_phrase_breaks_off(tokenizer: Tokenizer, rules: TokenRules) -> None:
    """Tokens and probability are those of a search that never tried it."""
    decoding = decode_scripted(tokenizer, rules, kettle=4.0)
    follower = Follower(harper_script(tokenizer, kettle=4.0))
    plain = TokenSearch(follower, rules).run(torch.zeros(1, 500, 8), [(50257,)], [8.0], 0.0)[0]  # type: ignore[arg-type]
    assert tokenizer.decode(list(decoding.tokens[1:])) == " Harper tea"
    assert decoding == plain


def test_going_back_leaves_a_real_cache_as_it_was(wordy_model: Whisper) -> None:
    decoder = CachedDecoder(wordy_model, EXACT)
    state = decoder.start(torch.randn(1, 500, 8), room=6)
    decoder.step(state, [[50257]])
    first = decoder.step(state, [[300]])
    state.lengths[0] -= 1
    decoder.step(state, [[301]])
    decoder.step(state, [[302]])
    state.lengths[0] -= 2
    assert torch.equal(decoder.step(state, [[300]]), first)


def test_sampling_does_without(tokenizer: Tokenizer, rules: TokenRules, wordy_model: Whisper) -> None:
    decoder = CachedDecoder(wordy_model, EXACT)
    bias = PhraseBias(["harbor kettle", "tea"], tokenizer, 20.0)
    features = torch.randn(1, 500, 8)
    with_bias, without = (
        TokenSearch(decoder, rules, one).run(features, [rules.prompt], [3.0], 0.4) for one in (bias, None)
    )
    assert with_bias == without


def test_a_misheard_name_is_heard_with_its_phrase(
    recognizer: WhisperRecognizer, tiny_model: Whisper, speak: Speak
) -> None:
    speech = speak("Tell me about the Key Ring Stick.")
    options = RecognizerOptions()
    expecting = WhisperRecognizer(tiny_model, options, ["Key Ring Stick"])
    switched_off = WhisperRecognizer(tiny_model, RecognizerOptions(bias_strength=0.0), ["Key Ring Stick"])
    assert "key ring stick" not in recognizer.transcribe(speech).text.lower()
    assert "key ring stick" in expecting.transcribe(speech).text.lower()
    assert recognizer.favouring(["Key Ring Stick"]).transcribe(speech) == expecting.transcribe(speech)
    assert expecting.favouring([]).transcribe(speech) == recognizer.transcribe(speech)
    assert switched_off.transcribe(speech) == recognizer.transcribe(speech)


def test_phrases_that_are_not_said_change_no_word(
    recognizer: WhisperRecognizer, tiny_model: Whisper, speech: Samples
) -> None:
    phrases = ["Harbor Kettle", "Pulse Buds 2", "Tiny Card 256", "almond milk", "a lot of sugar"]
    expecting = WhisperRecognizer(tiny_model, RecognizerOptions(), phrases)
    assert expecting.transcribe(speech).text == recognizer.transcribe(speech).text
