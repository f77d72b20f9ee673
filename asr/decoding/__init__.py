"""Audio features to tokens: windows, the search for the text, and the rules that bound it."""
