"""Make torchaudio importable beside a torch without CUDA.

The torchaudio wheel on PyPI is built for CUDA and its compiled extensions fail to load with a CPU build of torch.
Heedful uses none of them, and torchaudio takes a missing extension for one that was not built, so they are removed.
With a CUDA build of torch nothing is touched.
"""

import importlib.util
import logging
from pathlib import Path

import torch

logger = logging.getLogger("fit_torchaudio")


def main() -> None:
    """Remove the extensions where they cannot load, then prove that torchaudio imports."""
    spec = importlib.util.find_spec("torchaudio")
    if spec is None or spec.origin is None:
        raise SystemExit("torchaudio is not installed: run `make install`")
    if torch.version.cuda is None:
        for library in (Path(spec.origin).parent / "lib").glob("*.so"):
            library.unlink()
            logger.info("removed %s: torch %s has no CUDA", library.name, torch.__version__)
    import torchaudio

    logger.info("torchaudio %s imports beside torch %s", torchaudio.__version__, torch.__version__)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    main()
