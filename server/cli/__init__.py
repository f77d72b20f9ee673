"""The `heedful` command, one file for each command or family of commands."""
