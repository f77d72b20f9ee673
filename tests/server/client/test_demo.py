"""A server of one's own, started, waited for and stopped; the program that is started is a stand-in."""

import socket
from pathlib import Path

import pytest

from server.client.demo import DemoError, LocalServer, free_port, run_demo, running_server

# Answers every path with 200 at once, as a server does that has loaded its models.
READY = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *arguments):
        pass
HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Handler).serve_forever()
"""


def local_server(folder: Path, program: str) -> LocalServer:
    """A server whose folder holds this program in the place of the command line."""
    package = folder / "server" / "cli"
    package.mkdir(parents=True)
    for module in (package.parent / "__init__.py", package / "__init__.py"):
        module.touch()
    (package / "__main__.py").write_text(program, encoding="utf-8")
    return LocalServer("127.0.0.1", free_port("127.0.0.1"), "", folder, folder / "heedful.toml")


def test_a_server_runs_while_it_is_needed(tmp_path: Path) -> None:
    server = local_server(tmp_path, READY)
    with running_server(server) as running:
        assert running.ready_seconds > 0
        with socket.create_connection((server.host, server.port), timeout=10):
            pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((server.host, server.port), timeout=10)


def test_it_is_started_with_its_port_and_its_settings(tmp_path: Path) -> None:
    server = local_server(tmp_path, "import sys; sys.exit(' '.join(sys.argv[1:]))")
    with pytest.raises(DemoError, match=f"serve --port {server.port} --config {server.config}"), running_server(server):
        pass


def test_the_demo_takes_another_port_if_its_own_is_taken(tmp_path: Path) -> None:
    server = local_server(tmp_path, "import sys; sys.exit(f'port {sys.argv[3]}')")
    with socket.create_server((server.host, server.port)), pytest.raises(DemoError, match="port") as failed:
        run_demo(server, tmp_path / "question.wav", tmp_path / "reply.wav", print)
    assert f"port {server.port}" not in str(failed.value)


def test_a_free_port_can_be_listened_on() -> None:
    with socket.create_server(("127.0.0.1", free_port("127.0.0.1"))):
        pass
