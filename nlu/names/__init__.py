"""Names by their sound: finds the entries of a catalogue in a text where they were misheard or misspelt."""

__all__ = ["closed_tables", "names_file", "pronunciation", "sound_index"]
