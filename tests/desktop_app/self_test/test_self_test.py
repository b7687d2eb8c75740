"""The self-test finds everything in a source tree, and says so when something is missing."""

import asyncio
import json
import os
import ssl
import sys
from pathlib import Path

import pytest

from desktop_app.self_test import trust
from desktop_app.self_test.report import Missing, Report


async def test_everything_is_found_with_an_empty_home(tmp_path: Path):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "desktop_app", "--self-test", "--json"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd())},
    )
    said, _ = await process.communicate()

    report = json.loads(said)
    assert {name: check for name, check in report["checks"].items() if not check["ok"]} == {}
    assert report["passed"] and process.returncode == 0
    assert {"interface", "engine", "call picture", "call sound", "call text", "tls"} <= set(
        report["checks"]
    )


async def test_one_check_that_fails_fails_the_whole_and_the_next_goes_on():
    report = Report()
    async with report.check("first"):
        raise Missing("it is not there")
    async with report.check("second") as check:
        check.detail = "found"

    told = json.loads(report.as_json())
    assert (told["passed"], told["checks"]["first"]["detail"]) == (False, "it is not there")
    assert told["checks"]["second"]["ok"]


async def test_a_program_that_believes_any_certificate_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
):
    credulous = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    credulous.check_hostname = False
    credulous.verify_mode = ssl.CERT_NONE
    monkeypatch.setattr(trust, "tls_context", lambda: credulous)

    with pytest.raises(Missing):
        await trust.handshakes()
