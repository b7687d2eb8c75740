"""Checks that certificates are believed when they may be, and refused when they must be."""

import asyncio
import datetime
import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from desktop_app.self_test.report import Missing
from desktop_app.trust import tls_context

HOST = "localhost"


def authorities() -> int:
    """How many authorities the program brings along; those of the system come on top."""
    brought = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    brought.load_verify_locations(certifi.where())
    count = brought.cert_store_stats()["x509_ca"]
    if not 0 < count <= tls_context().cert_store_stats()["x509_ca"]:
        raise Missing("no certificate authorities")
    return count


async def handshakes() -> str:
    """Meet a local server whose certificate nobody vouches for, then with somebody who does."""
    with tempfile.TemporaryDirectory(prefix="passerby-self-test-") as folder:
        certificate, key = _make_certificate(Path(folder))
        vouched = ssl.create_default_context(cafile=certificate)
        async with _server(certificate, key) as port:
            if await _is_accepted(port, HOST, tls_context()):
                raise Missing("a certificate that nobody vouches for was accepted")
            if not await _is_accepted(port, HOST, vouched):
                raise Missing("a certificate that is vouched for was refused")
            if await _is_accepted(port, "elsewhere.example", vouched):
                raise Missing("a certificate for another name was accepted")
    return "unknown issuer refused, wrong name refused, vouched for accepted"


@asynccontextmanager
async def _server(certificate: Path, key: Path) -> AsyncIterator[int]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _is_accepted(port: int, name: str, context: ssl.SSLContext) -> bool:
    try:
        _, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=context, server_hostname=name
        )
    except ssl.SSLCertVerificationError:
        return False
    writer.close()
    return True


def _make_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for HOST, vouching for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file
