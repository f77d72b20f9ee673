"""Stock clients as programs: each says one sentence, has one function called, and prints what came of it as JSON."""
