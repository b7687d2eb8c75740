"""A stranger's session description: looked at, limited and rewritten before aiortc sees it.

What goes on to aiortc is written anew from the few lines that matter, on one bundled
transport; the candidates are kept apart, for aiortc takes those of the last section only.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from aiortc.sdp import SessionDescription

from desktop_app.engine.rtc import cures
from signaling_server.protocol.limits import DESCRIPTION_MAX_CHARACTERS
from signaling_server.protocol.messages import Role

SECTIONS_MAX = 16
LINES_MAX = 1_500
LINE_MAX_CHARACTERS = 2_000
SSRC_LINES_MAX = 64

_MEDIA_LINE = re.compile(r"m=([a-z]{1,20}) (\d{1,5}) ([A-Za-z/]{1,40}) ([\w\- ]{1,800})")
_ICE = re.compile(r"[a-zA-Z0-9+/]{4,256}")
_FINGERPRINT = re.compile(r"(?i:sha-(256|384|512)) [0-9A-Fa-f:]{95,200}")
_MID = re.compile(r"[!-~]{1,32}")
_OPUS = re.compile(r"a=rtpmap:(\d+) opus/48000/2")
MUSIC_FORMAT = "stereo=1;sprop-stereo=1;maxaveragebitrate=128000"
_KEPT = ("extmap", "msid", "rtcp-mux", "rtcp-fb", "rtpmap", "fmtp", "ssrc", "ssrc-group")
_KEPT_OF_DATA = ("sctp-port", "max-message-size")
_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")


class BadDescription(Exception):
    """A description that cannot be used; the text holds nothing of what it says."""


@dataclass
class Section:
    """One m= section. attributes are the a= lines without "a="."""

    kind: str
    port: int
    profile: str
    formats: str
    attributes: list[str] = field(default_factory=list)

    def first(self, name: str) -> str | None:
        """Return the value of an attribute, "" for a bare one, None when it is missing."""
        for line in self.attributes:
            key, _, value = line.partition(":")
            if key == name:
                return value
        return None

    def all(self, *names: str) -> list[str]:
        return [line for line in self.attributes if line.partition(":")[0] in names]

    @property
    def mid(self) -> str:
        return self.first("mid") or ""

    @property
    def is_live(self) -> bool:
        """Whether it is not refused: port 0 says so, unless it is there for the bundle only."""
        return self.port != 0 or self.first("bundle-only") is not None

    @property
    def has_transport(self) -> bool:
        """Whether it names a transport of its own; one for the bundle only has none (RFC 9143)."""
        return self.port != 0 and self.first("ice-ufrag") is not None

    @property
    def direction(self) -> str:
        return next((name for name in _DIRECTIONS if name in self.attributes), "sendrecv")


@dataclass(frozen=True)
class Transport:
    """ICE and DTLS of the one bundled transport, as its section describes them.

    mid and place are those of that section. complete: no further candidates come.
    """

    mid: str
    place: int
    username: str
    password: str
    fingerprints: tuple[str, ...]
    setup: str
    candidates: tuple[str, ...]
    complete: bool

    def takes(self, mid: str | None, place: int | None) -> bool:
        """Whether a candidate is one of it, by the section that it names; one that names none is.

        Until they know that everything is bundled, browsers gather for each section.
        """
        if mid:
            return mid == self.mid
        return place is None or place == self.place


@dataclass(frozen=True)
class Read:
    """A description that has been looked at. used are the sections that are not refused."""

    sections: list[Section]
    used: list[Section]
    transport: Transport


def read(sdp: str, kinds: Collection[str]) -> Read:
    """Look at a description, and choose the first section that can be used of each of these kinds.

    Raises BadDescription beyond the limits, and where there is no such section or no transport.
    """
    if len(sdp) > DESCRIPTION_MAX_CHARACTERS:
        raise BadDescription("too long")
    session, sections = _split(sdp)
    live = [section for section in sections if section.is_live]
    if not live:
        raise BadDescription("nothing is offered")
    mids = [section.mid for section in live]
    if len(set(mids)) != len(mids) or not all(_MID.fullmatch(mid) for mid in mids):
        raise BadDescription("bad media ids")
    bundle = (session.first("group") or "").split()
    if len(live) > 1 and (bundle[:1] != ["BUNDLE"] or not set(mids) <= set(bundle[1:])):
        raise BadDescription("not bundled")
    used: dict[str, Section] = {}
    for section in live:
        if section.kind in kinds and section.kind not in used and _is_usable(section):
            used[section.kind] = section
    if not used:
        raise BadDescription("nothing in common")
    chosen = list(used.values())
    carrier = next((section for section in (*chosen, *live) if section.has_transport), chosen[0])
    place = next(place for place, section in enumerate(sections) if section is carrier)
    return Read(sections, chosen, _transport(session, carrier, place))


def as_answer(read: Read, offer: str, role: Role | None) -> str:
    """Write a stranger's description as the answer to our offer.

    role is set in a paired exchange, where the stranger's description is an offer too: its
    sections are matched to ours by kind, and the offerer is the DTLS client.
    """
    _, own_sections = _split(offer)
    setup = read.transport.setup
    if role is not None:
        setup = "passive" if role is Role.OFFERER else "active"
    if setup not in ("active", "passive"):
        raise BadDescription("the DTLS role is open")
    theirs = {section.kind: section for section in read.used}
    sections = []
    for own in own_sections:
        their = theirs.get(own.kind)
        if their is None:
            refused = [line for line in own.attributes if line.partition(":")[0] != "ssrc"]
            their = Section(own.kind, 9, own.profile, own.formats, [*refused, "inactive"])
            their.attributes = [a for a in their.attributes if a not in _DIRECTIONS[:3]]
        sections.append(_rewritten(their, own.mid))
    return _written(sections, read.transport, setup)


def as_offer(read: Read) -> str:
    """Write the part of a stranger's offer that we answer."""
    sections = [_rewritten(section, section.mid) for section in read.used]
    setup = read.transport.setup
    return _written(sections, read.transport, setup if setup == "active" else "actpass")


def with_refusals(answer: str, read: Read) -> str:
    """Put the sections of the offer that as_offer left out into our answer, as refused."""
    used = {id(section) for section in read.used}
    if len(used) == len(read.sections):
        return answer
    head, *own = re.split(r"(?m)^(?=m=)", answer)
    written = [head]
    remaining = iter(own)
    for section in read.sections:
        if id(section) in used:
            written.append(next(remaining))
            continue
        lines = [f"m={section.kind} 0 {section.profile} {section.formats}", "c=IN IP4 0.0.0.0"]
        if _MID.fullmatch(section.mid):
            lines.append(f"a=mid:{section.mid}")
        written.append("\r\n".join([*lines, "a=inactive"]) + "\r\n")
    return "".join(written)


def with_stereo(sdp: str) -> str:
    """Ask for stereo in our own description, and say that it is sent (RFC 7587, section 6.1)."""
    written = []
    for line in sdp.splitlines(keepends=True):
        if (opus := _OPUS.match(line)) is None:
            written.append(line)
            continue
        written.append(line)
        written.append(f"a=fmtp:{opus[1]} {MUSIC_FORMAT}\r\n")
    return "".join(written)


def _split(sdp: str) -> tuple[Section, list[Section]]:
    lines = sdp.replace("\r\n", "\n").split("\n")
    if len(lines) > LINES_MAX or any(len(line) > LINE_MAX_CHARACTERS for line in lines):
        raise BadDescription("too many or too long lines")
    if not sdp.startswith("v=0"):
        raise BadDescription("no session description")
    session = Section("session", 0, "", "")
    sections: list[Section] = []
    for line in lines:
        if line.startswith("m="):
            match = _MEDIA_LINE.fullmatch(line.strip())
            if match is None or len(sections) == SECTIONS_MAX:
                raise BadDescription("bad media section")
            sections.append(Section(match[1], int(match[2]), match[3], match[4].strip()))
        elif line.startswith("a="):
            (sections[-1] if sections else session).attributes.append(line[2:].rstrip())
    return session, sections


def _transport(session: Section, carrier: Section, place: int) -> Transport:
    def either(name: str) -> str:
        return carrier.first(name) or session.first(name) or ""

    username, password = either("ice-ufrag"), either("ice-pwd")
    if not _ICE.fullmatch(username) or not _ICE.fullmatch(password) or len(password) < 22:
        raise BadDescription("bad ICE credentials")
    lines = carrier.all("fingerprint") or session.all("fingerprint")
    fingerprints = tuple(line.partition(":")[2] for line in lines[:4])
    usable = tuple(value for value in fingerprints if _FINGERPRINT.fullmatch(value))
    if not usable:
        raise BadDescription("no fingerprint")
    ends = (section.first("end-of-candidates") for section in (session, carrier))
    return Transport(
        carrier.mid,
        place,
        username,
        password,
        usable,
        either("setup") or "actpass",
        tuple(dict.fromkeys(carrier.all("candidate"))),
        complete=any(end is not None for end in ends),
    )


def _rewritten(section: Section, mid: str) -> Section:
    """Keep what the negotiation needs and leave the rest behind."""
    if section.kind == "application":
        kept = section.all(*_KEPT_OF_DATA)
        if section.first("sctp-port") is None:
            kept.append("sctp-port:5000")
        profile, formats = "UDP/DTLS/SCTP", "webrtc-datachannel"
    else:
        kept = [*section.all(*_KEPT), section.direction]
        if len(section.all("ssrc")) > SSRC_LINES_MAX:
            raise BadDescription("too many sources")
        profile, formats = "UDP/TLS/RTP/SAVPF", section.formats
    return Section(section.kind, 9, profile, formats, [*kept, f"mid:{mid}"])


def _is_usable(section: Section) -> bool:
    """Whether it has a codec that we have too; else it alone is refused (RFC 3264, section 6)."""
    if section.kind == "application":
        return True
    lines = ["v=0", *_lines(_rewritten(section, section.mid))]
    try:
        (media,) = SessionDescription.parse("\r\n".join(lines) + "\r\n").media
        return cures.has_common_codec(media)
    except Exception as error:
        raise BadDescription("a section that cannot be read") from error


def _lines(section: Section) -> list[str]:
    first = f"m={section.kind} {section.port} {section.profile} {section.formats}"
    return [first, "c=IN IP4 0.0.0.0", *(f"a={attribute}" for attribute in section.attributes)]


def _written(sections: list[Section], transport: Transport, setup: str) -> str:
    mids = " ".join(section.mid for section in sections)
    lines = ["v=0", "o=- 0 0 IN IP4 0.0.0.0", "s=-", "t=0 0"]
    lines += [f"a=group:BUNDLE {mids}", "a=msid-semantic:WMS *"]
    for section in sections:
        lines += _lines(section)
        lines += [f"a=ice-ufrag:{transport.username}", f"a=ice-pwd:{transport.password}"]
        lines += [f"a=fingerprint:{value}" for value in transport.fingerprints]
        lines.append(f"a=setup:{setup}")
    return "\r\n".join(lines) + "\r\n"
