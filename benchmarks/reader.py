"""How well turns are read against schemas that were never seen, by the rules of today and by the reader.

Four services of the Schema-Guided Dialogue set are left out of all training and of every choice; made-up schemas by
another seed show what that set has not: goods, lists, pairs, corrections. `train` makes the file that ships; `choose`
teaches on other services than it judges, which is what settings are chosen by.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch
import yaml

from benchmarks.reader_grammar import GRAMMAR, Grammar
from benchmarks.reader_measures import HEADER, Measured
from benchmarks.reader_misheard import misheard
from benchmarks.reader_rules import Rules
from benchmarks.reader_training import Lessons, TrainingOptions, train
from benchmarks.reader_turns import LEFT_OUT, SGD, Example, Turns, read_sgd, sampled
from benchmarks.reader_vectors import KeptVectors
from nlu.encoder.sentence_encoder import MiniLMEncoder
from retrieval.embedder import WordEncoder
from retrieval.reading.network import ReaderNetwork
from retrieval.reading.network_file import read_network, write_network
from retrieval.reading.reader import Reader
from retrieval.reading.schema import EncodedLabel, EncodedSchema, Label, encode_labels, encode_schema, spoken_name
from server.bootstrap import load_encoder
from server.settings import load_settings
from server.turns.processors import multiply_on

SHIPPED = Path(__file__).parents[1] / "retrieval" / "reading"
KEPT = Path("build") / "benchmarks" / "reader"
JUDGED_TURNS = 750  # of each service left out
TAUGHT_TURNS = 900  # at most, of each other service
MADE_UP = (264, 25)  # schemas, turns of each
MADE_UP_JUDGED = (22, 30)
TIMED_TURNS = 100
CHOSEN_BY = ("Restaurants_1", "Hotels_1", "Media_1", "RentalCars_2", "Services_2")
"""Services that `choose` leaves out of training and judges on."""
SHARE_MISHEARD = 5  # every so many-th turn is taught a second time, misheard
LEARNT_FROM = (
    "Schema-Guided Dialogue, train part without Homes_1, Movies_1, Hotels_2 and Events_2 (CC BY-SA 4.0)",
    "turns made up by benchmarks/reader_grammar.yml",
)


def judged(turns: Turns, services: Sequence[str]) -> list[Example]:
    """The turns that are judged, of these services."""
    return sampled(turns.examples, services, JUDGED_TURNS)


def lessons_of(turns: Turns, services: Sequence[str]) -> list[Example]:
    """The turns that are taught: of these services, made up, and some of both misheard."""
    real = sampled(turns.examples, services, TAUGHT_TURNS)
    made_up = Grammar().turns(*MADE_UP).examples
    return [*real, *made_up, *(misheard(each, 1) for each in (*real, *made_up)[::SHARE_MISHEARD])]


def variants_of(labels: Sequence[Label], encoder: WordEncoder) -> list[list[EncodedLabel]]:
    """The labels as they are, with other names, without descriptions, and without samples of open values."""
    names: dict[str, list[str]] = yaml.safe_load(GRAMMAR.read_text(encoding="utf-8"))["renames"]
    ways = [list(labels), list(labels)]
    ways.append([Label(each.name, "", each.values) for each in labels])
    ways.append([Label(each.name, each.description, each.values if len(each.values) < 7 else ()) for each in labels])
    for number in range(3):
        renamed = [_renamed(each, names.get(each.name, [each.name]), number) for each in labels]
        if len({each.name for each in renamed}) == len(renamed):
            ways.append(renamed)
    return [encode_labels(each, encoder) for each in ways]


def _renamed(label: Label, names: Sequence[str], number: int) -> Label:
    return Label(names[number % len(names)], label.description if number == 2 else "", label.values)


def texts_of(examples: Sequence[Example], schemas: dict[str, tuple[Label, ...]]) -> list[str]:
    """All that has to be encoded."""
    names: dict[str, list[str]] = yaml.safe_load(GRAMMAR.read_text(encoding="utf-8"))["renames"]
    labels = [label for each in schemas.values() for label in each]
    found = [text for label in labels for text in (spoken_name(label.name), label.description, *label.values)]
    found += [spoken_name(name) for each in names.values() for name in each]
    return found + [text for example in examples for text in (example.text, example.reply)]


def measured(reader: Reader, examples: Sequence[Example], turns: Turns, encoder: WordEncoder) -> dict[str, Measured]:
    """How well the reader reads, by schema and `""` for all."""
    schemas = {name: encode_schema(turns.schemas[name], encoder) for name in {each.schema for each in examples}}
    counts: dict[str, Measured] = {"": Measured()}
    for example in examples:
        read = reader.read(example.text, example.reply, schemas[example.schema])
        for name in ("", example.schema):
            counts.setdefault(name, Measured()).add(example, read)
    return counts


def taught(turns: Turns, services: Sequence[str], encoder: WordEncoder) -> tuple[Lessons, TrainingOptions, KeptVectors]:
    """The lessons of these services and of made-up schemas, with their vectors kept on disk."""
    options = TrainingOptions()
    examples = lessons_of(turns, services)
    schemas = turns.schemas | Grammar().turns(*MADE_UP).schemas
    kept = KeptVectors.of(texts_of(examples, schemas), encoder, KEPT)
    variants = {
        name: variants_of(schemas[name], kept) if name in services else [encode_labels(schemas[name], kept)]
        for name in dict.fromkeys(each.schema for each in examples)
    }
    with_words = [each for each in examples if kept.encode_all([each.text])[0].word_spans]
    return Lessons(with_words, variants, kept, options), options, kept


def report(turns: Turns, encoder: MiniLMEncoder, network: ReaderNetwork) -> None:
    """Print the figures of the services left out and of made-up schemas, by the rules of today and by the reader."""
    examples = judged(turns, LEFT_OUT)
    print(HEADER)
    print(by_rules(turns, examples, encoder).row("rules of today"))
    made_up = Grammar(seed=99).turns(*MADE_UP_JUDGED)
    schemas = {name: turns.schemas[name] for name in LEFT_OUT} | made_up.schemas
    kept = KeptVectors.of(texts_of([*examples, *made_up.examples], schemas), encoder, KEPT)
    counts = measured(Reader(network, kept), examples, turns, kept)
    for name, each in counts.items():
        print(each.row(f"  {name}" if name else "reader"))
    print("acts missed (-) and wrongly found (+):", dict(counts[""].missed.most_common(8)))
    print(measured(Reader(network, kept), made_up.examples, made_up, kept)[""].row("reader, made-up schemas"))
    timed = examples[:: len(examples) // TIMED_TURNS]
    for name, words in (("encoder included", encoder), ("without it", kept)):
        milliseconds = processor_ms(Reader(network, words), timed, encode_schema(schemas["Hotels_2"], kept))
        print(f"a turn, {name}: {milliseconds:.1f} ms of processor")


def by_rules(turns: Turns, examples: Sequence[Example], encoder: MiniLMEncoder) -> Measured:
    """How well the rules of today read."""
    rules = {name: Rules(turns.schemas[name], encoder) for name in {each.schema for each in examples}}
    counts = Measured()
    for example, vector in zip(examples, encoder.embed([each.text for each in examples]), strict=True):
        counts.add(example, rules[example.schema].read(example.text, vector))
    return counts


def processor_ms(reader: Reader, examples: Sequence[Example], schema: EncodedSchema) -> float:
    """What one turn takes, mean."""
    began = time.process_time()
    for example in examples:
        reader.read(example.text, example.reply, schema)
    return (time.process_time() - began) / len(examples) * 1000


def main() -> None:
    """Print the figures; with `train`, learn from all but the services left out and write the file that ships."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("report", "train", "choose"), default="report")
    parser.add_argument("--data", type=Path, default=SGD, help="the folder with turns.jsonl.gz and schema.json")
    arguments = parser.parse_args()
    if not (arguments.data / "turns.jsonl.gz").is_file():
        sys.exit(f"the reader benchmark needs {arguments.data}/turns.jsonl.gz; name its folder by --data")
    turns, encoder = read_sgd(arguments.data), load_encoder(load_settings())
    multiply_on(1)
    if arguments.what != "report":
        torch.set_num_threads(1)
        aside = LEFT_OUT if arguments.what == "train" else (*LEFT_OUT, *CHOSEN_BY)
        lessons, options, kept = taught(turns, [name for name in turns.schemas if name not in aside], encoder)
        network = train(lessons, options)
        if arguments.what == "choose":
            write_network(network, KEPT / "choose", LEARNT_FROM)
            for name, each in measured(Reader(network, encoder), judged(turns, CHOSEN_BY), turns, encoder).items():
                print(each.row(name or "all"))
            return
        write_network(network, SHIPPED, LEARNT_FROM)
    report(turns, encoder, read_network())


if __name__ == "__main__":
    main()
