"""`heedful demo`."""

from pathlib import Path

from server.cli.arguments import Config, SpokenReply, read_settings


def demo_cli(config: Config = None, out: SpokenReply = Path("build/demo-reply.wav")) -> None:
    """Start a server, ask it a recorded question and a typed follow-up, stop it."""
    from server.client.demo import run_demo

    run_demo(read_settings(config), out, print)
