"""Sound as samples: reading files, changing the sampling rate, and the codecs of the wire."""
