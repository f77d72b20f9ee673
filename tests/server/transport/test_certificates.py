"""Sockets and requests over TLS, with certificates that are made here, and one that is renewed while it serves."""

import asyncio
import contextlib
import logging
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.asyncio.client import connect

from server.options import ServerOptions
from server.transport.certificates import Certificates
from tests.fakes import loud
from tests.server.conftest import append, serving
from tests.server.transport.test_app import receive, receive_until, type_text


def certify(file: Path, name: str) -> None:
    """Write a certificate of that name, signed by itself, and its key into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    written = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    draft = file.with_suffix(".draft")
    draft.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + written)
    draft.replace(file)


def damage(file: Path) -> None:
    file.write_text("half a certif", encoding="utf-8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "both.pem"
    certify(file, "first")
    return file


async def name_shown(address: str) -> str:
    """Connect, and read the name of the certificate that is shown."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    host, port = address.split(":")
    _, writer = await asyncio.open_connection(host, int(port), ssl=trusting)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    (attribute,) = x509.load_der_x509_certificate(shown).subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(attribute.value)


async def test_a_socket_over_tls_takes_turns_and_long_frames_beside_requests(file: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(file))
    async with serving(options=ServerOptions(port=0, tls_certificate=str(file))) as (_, address):
        port = int(address.split(":")[1])
        async with connect(f"wss://localhost:{port}/v1/realtime", ssl=trusting, host="127.0.0.1") as socket:
            assert (await receive(socket))["type"] == "session.created"
            await socket.send(append(loud(20)))
            await socket.send('{"type": "input_audio_buffer.clear"}')
            await receive_until(socket, "input_audio_buffer.cleared")
            assert (await type_text(socket, "hello"))["status"] == "completed"
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting, server_hostname="localhost")
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 200 OK")
        writer.close()


async def test_a_renewed_certificate_is_shown_without_a_restart_and_a_broken_one_is_not(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(options=ServerOptions(port=0, tls_certificate=str(file))) as (_, address):
        assert await name_shown(address) == "first"
        certify(file, "second")
        assert [await name_shown(address) for _ in range(2)] == ["second", "second"]
        damage(file)
        with caplog.at_level(logging.ERROR):
            assert await name_shown(address) == "second"
        assert str(file) in caplog.text
        certify(file, "third")
        assert await name_shown(address) == "third"


def test_what_is_no_certificate_keeps_the_port_shut(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        Certificates(str(tmp_path / "nowhere.pem"), None).context()
    file = tmp_path / "text.pem"
    file.write_text("no certificate", encoding="utf-8")
    with pytest.raises(ssl.SSLError):
        Certificates(str(file), None).context()
