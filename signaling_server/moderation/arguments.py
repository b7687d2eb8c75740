"""The command line of passerby-server bans … and passerby-server reports …."""

import argparse
import base64
import ipaddress
import re
import time
from datetime import UTC, datetime
from pathlib import Path

from signaling_server.domain.door import network_of
from signaling_server.protocol import limits
from signaling_server.protocol.messages import ReportReason

COMMANDS = ("bans", "reports")
_KEY_BYTES = 32
_DURATION_MAX_S = 100 * 366 * 86_400
_NUMBER_MAX = 2**31 - 1
"""What every database holds."""
_MAPPED_BITS = 96
"""Before an IPv4 address in an IPv6 one."""
_UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="passerby-server", description=__doc__)
    groups = parser.add_subparsers(dest="group", required=True)
    _add_bans(
        groups.add_parser("bans", help="who may not come in").add_subparsers(
            dest="verb", required=True
        )
    )
    _add_reports(
        groups.add_parser("reports", help="who was reported").add_subparsers(
            dest="verb", required=True
        )
    )
    return parser


def _add_bans(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    listing = _verb(verbs, "list", "the bans in force")
    listing.add_argument("--all", action="store_true", help="those that are over as well")
    _verb(verbs, "show", "everything about one ban").add_argument("ban", type=_number)
    _verb(verbs, "lift", "end a ban now").add_argument("ban", type=_number)
    adding = _verb(verbs, "add", "ban a person or a network, at once and on all servers")
    whom = adding.add_mutually_exclusive_group(required=True)
    whom.add_argument("--report", help="whoever was reported there")
    whom.add_argument("--person", type=_person, help="a name as reports show it")
    whom.add_argument("--key", type=_key, help="a public key, as a client's hello carries it")
    whom.add_argument(
        "--network",
        type=_network,
        help="an address (of IPv6 its whole /64) or a range, as 192.0.2.0/24",
    )
    reasons = ", ".join(ReportReason)
    adding.add_argument(
        "--reason", type=_reason, help=f"{reasons}, or words of your own; the report's if left out"
    )
    end = adding.add_mutually_exclusive_group()
    end.add_argument(
        "--for", dest="lasting_s", type=_duration, metavar="TIME", help="as 12h, 7d, 4w"
    )
    end.add_argument("--until", type=_moment, help="as 2027-01-31 or 2027-01-31T12:00 (UTC)")
    adding.add_argument(
        "--create", action="store_true", help="begin a database where no server has one yet"
    )
    adding.add_argument(
        "--appeal", type=_words, default="", help="where to object, shown to the person"
    )


def _add_reports(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    listing = _verb(verbs, "list", "the newest reports")
    listing.add_argument("--limit", type=_number, default=50)
    _verb(verbs, "show", "everything about one report").add_argument("report")
    evidence = _verb(verbs, "evidence", "open the evidence of a report")
    evidence.add_argument("report")
    evidence.add_argument("--key", type=Path, required=True, help="the moderators' private key")
    evidence.add_argument("--output", type=Path, required=True, help="file to write it to")
    making = _verb(verbs, "make-key", "make the moderators' key pair and print the public half")
    making.add_argument("--output", type=Path, required=True, help="file for the private half")


def _verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, words: str
) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=words, description=words)
    verb.add_argument("--json", action="store_true", help="for programs")
    verb.add_argument("--config", metavar="FILE", help="the server's settings in TOML")
    verb.add_argument("--state-dir", metavar="FOLDER")
    verb.add_argument("--database", metavar="URL", help="sqlite:///FILE or postgresql://…")
    return verb


def _duration(text: str) -> float:
    found = re.fullmatch(r"(\d+)([smhdw])", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 30m, 12h, 7d or 4w")
    duration_s = int(found[1]) * _UNITS_S[found[2]]
    if duration_s == 0:
        raise argparse.ArgumentTypeError("a ban of no time would not hold")
    if duration_s > _DURATION_MAX_S:
        raise argparse.ArgumentTypeError(f"{text} is too long; without --for a ban has no end")
    return duration_s


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise argparse.ArgumentTypeError(f"{text!r} is no public key in URL-safe base64")
    return key


def _moment(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2027-01-31") from error
    until = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if not time.time() < until <= limits.UNIX_TIME_MAX_S:
        raise argparse.ArgumentTypeError(f"{text} is over, so that the ban would not hold")
    return until


def _network(text: str) -> str:
    """Return the range as clients' addresses are compared with it: IPv4 is never in IPv6's form."""
    if "%" in text:
        raise argparse.ArgumentTypeError(f"{text!r}: leave out the interface after the %")
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if isinstance(network, ipaddress.IPv4Network):
        return str(network)
    mapped = network.network_address.ipv4_mapped
    if mapped is not None and network.prefixlen >= _MAPPED_BITS:
        return f"{mapped}/{network.prefixlen - _MAPPED_BITS}"
    # Whoever has one address of a site has them all.
    return str(network) if "/" in text else network_of(network.network_address)


def _person(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{48}", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no name of a person: reports show 48 digits and letters from a to f"
        )
    return text


def _reason(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("a ban needs a reason that can be read")
    return _words(text)


def _words(text: str) -> str:
    if len(text) > limits.BAN_WORDS_MAX_CHARACTERS:
        raise argparse.ArgumentTypeError(
            f"{len(text)} characters are too many: {limits.BAN_WORDS_MAX_CHARACTERS} at most"
        )
    return text


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]+", text) or not 0 < int(text) <= _NUMBER_MAX:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {_NUMBER_MAX}")
    return int(text)
