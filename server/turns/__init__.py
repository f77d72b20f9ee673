"""The work of a turn: recognise, interpret, respond and speak, on threads, with models that can be exchanged."""
