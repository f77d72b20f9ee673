"""Rasa made quiet: its import warnings, its console logging, its telemetry; imports no Rasa itself."""

import atexit
import contextlib
import gc
import io
import logging
import os
import sys
import warnings
from collections.abc import Iterator

import structlog

from dialogue.late_imports import import_late

logger = logging.getLogger(__name__)

atexit.register(gc.unfreeze)  # jaxlib, which TensorFlow imports, prints what is not collected in the end


@contextlib.contextmanager
def quiet_imports() -> Iterator[None]:
    """Import Rasa inside this: no telemetry, no TensorFlow before it is needed, no warnings of libraries kept old."""
    import_late()
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with warnings.catch_warnings(), _lasting():
        warnings.simplefilter("ignore")
        yield
    _route_structlog()
    rasa_logger = logging.getLogger("rasa")
    if rasa_logger.level == logging.NOTSET:
        rasa_logger.setLevel(logging.WARNING)


@contextlib.contextmanager
def _lasting() -> Iterator[None]:
    """Spare the garbage collector what is imported here: it would look through half a million objects time and again.

    Where nothing is, nothing is kept from it: in a running server there are models, which have to go one day.
    """
    collecting, modules = gc.isenabled(), len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) > modules:
            gc.freeze()
        if collecting:
            gc.enable()


@contextlib.contextmanager
def quiet_prints() -> Iterator[io.StringIO]:
    """Catch what Rasa prints, for the log or for an error's message, and its advice in the form of warnings."""
    printed = io.StringIO()
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(io.StringIO()),  # progress bars
    ):
        warnings.simplefilter("ignore")
        yield printed
    for line in filter(None, map(str.strip, printed.getvalue().splitlines())):
        logger.debug("%s", line)


def _route_structlog() -> None:
    """Send Rasa's structured events to `logging`: unconfigured, structlog prints them all to stdout."""
    if structlog.is_configured():
        return
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.add_logger_name, _flatten],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _flatten(_: object, __: str, event: structlog.typing.EventDict) -> str:
    """One line: the event's own sentence where it has one. Texts of users are left out."""
    return str(event.get("event_info") or event.get("event"))
