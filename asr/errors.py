"""What can go wrong in speech recognition: one base and one error a cause.

AsrError
├── AudioError        samples or a sound file that cannot be used
│   └── AudioTooLong  more seconds than are taken
└── CheckpointError   weights that are missing, damaged or of another model
"""


class AsrError(Exception):
    """Base of everything this package raises on purpose."""


class AudioError(AsrError):
    """The audio is missing, damaged, empty or not finite."""


class AudioTooLong(AudioError):
    """The audio lasts longer than is taken."""


class CheckpointError(AsrError):
    """The weights are missing, damaged or do not fit the model."""
