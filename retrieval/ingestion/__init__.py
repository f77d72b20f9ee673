"""Source files in, documents out: formats, column maps, cleansing, and what was left out."""
