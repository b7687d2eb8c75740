"""Bans and reports as lines for people, or as JSON for programs (times in unix seconds)."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from signaling_server.domain.bans import BanEntry
from signaling_server.domain.reports import Report


def as_json(entries: BanEntry | Report | Sequence[BanEntry | Report]) -> str:
    """Return one object, or a list of them."""
    if isinstance(entries, BanEntry | Report):
        return json.dumps(_fields(entries), indent=2)
    return json.dumps([_fields(entry) for entry in entries], indent=2)


def as_lines(entries: Sequence[BanEntry | Report], now: float) -> str:
    """Return a line for each."""
    if not entries:
        return "none"
    return "\n".join(
        _ban_line(entry, now) if isinstance(entry, BanEntry) else _report_line(entry)
        for entry in entries
    )


def as_page(entry: BanEntry | Report) -> str:
    """Return everything known of one."""
    lines = []
    for name, value in _fields(entry).items():
        is_time = name in {"made_at", "until", "lifted_at"} and value is not None
        shown = _time(value) if is_time else "-" if value in (None, "") else value
        lines.append(f"{name:10} {shown}")
    return "\n".join(lines)


def _fields(entry: BanEntry | Report) -> dict[str, Any]:
    fields = dataclasses.asdict(entry)
    if isinstance(entry, Report):
        box = fields.pop("evidence")
        fields["evidence_bytes"] = 0 if box is None else len(box)
    return fields


def _ban_line(ban: BanEntry, now: float) -> str:
    whom = f"person {ban.person}" if ban.person is not None else f"network {ban.network}"
    if ban.lifted_at is not None:
        state = f"lifted {_time(ban.lifted_at)}"
    elif not ban.holds(now):
        state = "over"
    else:
        state = "for good" if ban.until is None else f"until {_time(ban.until)}"
    return f"{ban.id:>5}  {whom}  {state}  {ban.reason}"


def _report_line(report: Report) -> str:
    evidence = "  with evidence" if report.evidence is not None else ""
    reported = report.reported or "somebody without a key"
    return f"{report.id}  {_time(report.made_at)}  {report.reason}  {reported}{evidence}"


def _time(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
