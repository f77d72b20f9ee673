"""What learning misheard copies of the examples buys (`noisy_copies`), on CLINC150. Part of `make bench-nlu`.

Learnt on every fourth training example, measured on every second of the validation set, as it is written and misheard
with another seed; no test data is touched. The misheard words come from the same maker of noise, so that the gain is an
upper bound of what it is on real speech.
"""

import json
import re
from collections.abc import Sequence

import numpy as np
import torch

from benchmarks.spoken import CLINC
from nlu.encoder.sentence_encoder import MiniLMEncoder
from nlu.joint.entity_head import AnnotatedText
from nlu.joint.joint_model import JointModel, train_joint
from nlu.joint.misheard_examples import Noise
from nlu.options import JointOptions

COPIES = (0, 1)
LEARNT_EVERY, MEASURED_EVERY = 4, 2
SEED = 1  # the copies that are learnt have another

Pair = tuple[str, str]


def main() -> None:
    """Print the accuracy on written and on misheard texts for each number of copies."""
    if not CLINC.is_file():
        raise SystemExit(f"the benchmark set is absent: {CLINC}")
    sets = json.loads(CLINC.read_text("utf-8"))
    learnt, written = sets["train"][::LEARNT_EVERY], sets["val"][::MEASURED_EVERY]
    noise = Noise((word for text, _ in sets["train"] for word in re.findall(r"[a-z]+", text)), seed=SEED)
    misheard = [(noise.mishear(text), intent) for text, intent in written]
    encoder = MiniLMEncoder.shared()
    print(f"{len(learnt)} examples learnt, {len(written)} measured{'written':>20}{'misheard':>10}")
    for copies in COPIES:
        options = JointOptions(noisy_copies=copies, calibration_folds=0)
        model = train_joint([AnnotatedText(text, intent) for text, intent in learnt], encoder, options)
        print(
            f"  noisy_copies {copies:<30}{accuracy(model, written):>12.1%}{accuracy(model, misheard):>10.1%}",
            flush=True,
        )


def accuracy(model: JointModel, pairs: Sequence[Pair]) -> float:
    """The share of the texts whose likeliest intent is theirs."""
    meanings = model.interpret_all([text for text, _ in pairs])
    return float(np.mean([each.intent.name == intent for each, (_, intent) in zip(meanings, pairs, strict=True)]))


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
