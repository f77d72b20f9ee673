"""Where an entity keeps what the text has, when its value is something else."""

ADDITIONAL_INFO = "additional_info"  # as Rasa's Duckling extractor calls it
HEARD = "heard"
