"""What can go wrong between a text and its meaning."""


class NluError(Exception):
    """The base of every error raised by `nlu`; the message names the value and what to do."""


class WeightsError(NluError):
    """A model's file is missing, corrupt, or made for another encoder."""


class TrainingError(NluError):
    """The examples given cannot be learned from."""
