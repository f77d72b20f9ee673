"""Where an entity keeps what the text has, when its value is something else."""

ADDITIONAL_INFO = "additional_info"  # as Rasa's Duckling extractor calls it
HEARD = "heard"

TAGGED = "tagged_entities"
"""The attribute of a message that has the tagger's own reading: also what others had found before it."""
