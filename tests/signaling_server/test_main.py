"""The command as a real process."""

import asyncio
import os
import re
import signal
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import SessionError
from tests.signaling_server.wire_client import WireClient, in_base64

DEADLINE_S = 20.0


@asynccontextmanager
async def command(*arguments: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "signaling_server",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PASSERBY_SERVER_DRAIN_S": "0.1", **os.environ, **environment},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
    async with command(*arguments, **environment) as process, asyncio.timeout(DEADLINE_S):
        output, errors = await process.communicate()
        assert process.returncode is not None
        return process.returncode, output.decode(), errors.decode()


async def address_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(DEADLINE_S):
        line = (await process.stdout.readline()).decode()
    found = re.fullmatch(r"listening on (ws://127\.0\.0\.1:\d+/v1/ws)\n", line)
    assert found, line
    return found[1]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_cleanly_in_a_call(end: signal.Signals):
    async with command("--host", "127.0.0.1", "--port", "0") as process:
        url = await address_of(process)
        async with WireClient(url) as ann, WireClient(url) as bob, WireClient(url):
            for client in (ann, bob):
                await client.hello()
                await client.join()
            await ann.matched()
            await bob.matched()

            process.send_signal(end)

            for client in (ann, bob):
                error = await client.receive(SessionError)
                assert error.code is ErrorCode.SHUTTING_DOWN
                assert error.retry_after_s is not None
                assert await client.closed() == 1001
        async with asyncio.timeout(DEADLINE_S):
            _, errors = await process.communicate()
        assert process.returncode == 0
        assert b"Traceback" not in errors


async def test_logs_hold_no_addresses_and_no_descriptions():
    secret = "a=candidate:1 1 udp 1 192.0.2.77 9 typ host"
    secrets = ["192.0.2", "127.0.0.1"]
    async with command("--host", "127.0.0.1", "--port", "0", "--log-level", "debug") as process:
        url = await address_of(process)
        async with WireClient(url) as ann, WireClient(url) as bob:
            for client in (ann, bob):
                key = Ed25519PrivateKey.generate()
                await client.hello(key=key)
                secrets.append(in_base64(key.public_key().public_bytes_raw()))
                await client.join(description=secret)
            await ann.send_raw("?" * 100)
            process.send_signal(signal.SIGTERM)
            await ann.receive_later(SessionError)
        async with asyncio.timeout(DEADLINE_S):
            _, errors = await process.communicate()
        assert not any(word in errors.decode() for word in secrets)


async def test_a_port_in_use_is_told_in_one_sentence():
    async with command("--host", "127.0.0.1", "--port", "0") as process:
        port = (await address_of(process)).split(":")[2].split("/")[0]
        code, output, errors = await run("--host", "127.0.0.1", "--port", port)

    assert code == 1
    assert output == ""
    assert re.fullmatch(rf"passerby-server: Port {port} .* in use.*\.\n", errors)


async def test_bad_settings_end_with_2_and_one_sentence(tmp_path: Path):
    file = tmp_path / "passerby.toml"
    file.write_text("port = 'many'\n", encoding="utf-8")

    for arguments in (["--check-config"], ["--print-config"], []):
        code, output, errors = await run("--config", str(file), *arguments)
        assert (code, output) == (2, "")
        assert errors.count("\n") == 1
        assert "passerby.toml: port" in errors


async def test_sound_settings_are_said_to_be_sound():
    code, output, errors = await run("--check-config", PASSERBY_SERVER_PORT="9000")

    assert (code, errors) == (0, "")
    assert output == "The settings are sound.\n"


async def test_the_settings_in_force_are_printed_as_toml(tmp_path: Path):
    file = tmp_path / "passerby.toml"
    file.write_text(
        'port = 9000\n[[ice_servers]]\nurls = ["turn:t.example"]\ncredential = "s3cret"\n',
        encoding="utf-8",
    )
    code, output, _ = await run(
        "--print-config", "--allowed-origin", "*", PASSERBY_SERVER_CONFIG=str(file)
    )

    assert code == 0
    assert "s3cret" not in output
    printed = tomllib.loads(output)
    assert (printed["port"], printed["allowed_origins"]) == (9000, ["*"])
    (tmp_path / "again.toml").write_text(output, encoding="utf-8")
    assert await run("--config", str(tmp_path / "again.toml"), "--print-config") == (0, output, "")
