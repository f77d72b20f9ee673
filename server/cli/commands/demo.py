"""`heedful demo`."""

from pathlib import Path

from server.cli.arguments import Config, SpokenReply, read_settings


def demo_cli(config: Config = None, out: SpokenReply = Path("build/demo-reply.wav")) -> None:
    """Start a server, ask it a recorded question and a typed follow-up, stop it."""
    from server.client.demo import LocalServer, run_demo

    settings = read_settings(config)
    address = settings.server
    server = LocalServer(address.host, address.port, address.api_key, settings.folder, settings.file)
    run_demo(server, settings.path("data/audio/battery-question.wav"), out, print)
