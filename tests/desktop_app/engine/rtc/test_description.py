"""Descriptions of strangers: what is read, and how they are rewritten."""

import pytest
from aiortc.sdp import SessionDescription

from desktop_app.engine.rtc import description
from desktop_app.engine.rtc.candidates import CANDIDATES_MAX, Candidates
from desktop_app.engine.rtc.connection import Connection, kinds_of
from desktop_app.engine.rtc.description import BadDescription
from signaling_server.protocol.messages import Mode, Role

BROWSER_OFFER = """v=0
o=- 46117317 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE v a d x
a=msid-semantic: WMS
m=video 9 UDP/TLS/RTP/SAVPF 96 97
c=IN IP4 0.0.0.0
a=ice-ufrag:abcd
a=ice-pwd:0123456789012345678901
a=ice-options:trickle
a=fingerprint:sha-256 {print}
a=setup:actpass
a=mid:v
a=sendrecv
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=candidate:1 1 udp 2113937151 9b36eaac-bb2e-49bb-bb78-21c41c499900.local 56658 typ host
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=mid:a
a=sendrecv
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=mid:d
a=sctp-port:5000
a=max-message-size:262144
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=mid:x
a=recvonly
a=rtcp-mux
a=rtpmap:96 VP8/90000
""".replace("{print}", ":".join(["AB"] * 32)).replace("\n", "\r\n")


def test_a_browsers_offer_is_cut_to_what_is_answered() -> None:
    read = description.read(BROWSER_OFFER)
    parsed = SessionDescription.parse(description.as_offer(read, kinds_of(Mode.VIDEO)))

    assert [(m.kind, m.rtp.muxId) for m in parsed.media] == [
        ("video", "v"),
        ("audio", "a"),
        ("application", "d"),
    ]
    assert all(m.ice.usernameFragment == "abcd" and m.dtls for m in parsed.media)
    assert len(read.candidates) == 1
    assert not read.complete


async def test_sections_that_are_not_answered_are_refused_in_their_place() -> None:
    read = description.read(BROWSER_OFFER)
    kinds = kinds_of(Mode.VOICE)
    connection = Connection([section.kind for section in read.kinds(kinds)], [])
    answer = await connection.make_answer(description.as_offer(read, kinds))
    whole = description.with_refusals(answer, read, kinds)
    await connection.close()

    lines = [line.split()[:2] for line in whole.split("\r\n") if line.startswith("m=")]
    assert [kind for kind, _ in lines] == ["m=video", "m=audio", "m=application", "m=video"]
    assert [port == "0" for _, port in lines] == [True, False, False, True]


async def test_a_browsers_order_is_answered_with_candidates() -> None:
    read = description.read(BROWSER_OFFER)
    kinds = kinds_of(Mode.VIDEO)
    connection = Connection([section.kind for section in read.kinds(kinds)], [])
    answer = await connection.make_answer(description.as_offer(read, kinds))
    await connection.close()

    assert "a=candidate:" in answer
    assert "a=setup:active" in answer


@pytest.mark.parametrize(
    ("role", "setup"), [(Role.OFFERER, "a=setup:passive"), (Role.ANSWERER, "a=setup:active")]
)
async def test_a_parked_offer_becomes_the_answer_to_our_own(role: Role, setup: str) -> None:
    own = Connection(kinds_of(Mode.VIDEO), [])
    offer = await own.make_offer()
    answer = description.as_answer(description.read(BROWSER_OFFER), offer, role)
    parsed = SessionDescription.parse(answer)
    await own.close()

    # Our order and our media ids, the stranger's codecs, whatever order those came in.
    assert [(m.kind, m.rtp.muxId) for m in parsed.media] == [
        ("audio", "0"),
        ("video", "1"),
        ("application", "2"),
    ]
    assert parsed.media[1].rtp.codecs[0].name == "VP8"
    assert answer.count(setup) == 3


async def test_a_refused_section_of_an_answer_stays_silent() -> None:
    own = Connection(kinds_of(Mode.VIDEO), [])
    offer = await own.make_offer()
    refusing = (
        BROWSER_OFFER.replace("a=setup:actpass", "a=setup:active")
        .replace("m=video 9", "m=video 0")
        .replace("a=ice-ufrag:abcd\r\n", "")
        .replace("a=ice-pwd:0123456789012345678901\r\n", "")
    )
    # A browser repeats the transport in the section that is left.
    refusing = refusing.replace(
        "a=mid:a\r\n",
        "a=mid:a\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
        f"a=setup:active\r\na=fingerprint:sha-256 {':'.join(['AB'] * 32)}\r\n",
    )
    answer = description.as_answer(description.read(refusing), offer, None)
    await own.take_answer(answer, controlled=False)
    directions = {t.kind: t.currentDirection for t in own.peer.getTransceivers()}
    await own.close()

    assert directions == {"audio": "sendrecv", "video": "inactive"}


def test_what_is_not_bundled_is_bad() -> None:
    with pytest.raises(BadDescription):
        description.read(BROWSER_OFFER.replace("BUNDLE v a d x", "BUNDLE v a"))


def test_useless_candidates_are_left_out() -> None:
    candidates = Candidates()
    useful = "candidate:1 1 udp 2130706431 192.0.2.7 4000 typ host"
    assert candidates.take(useful) is not None
    for useless in (
        useful,
        useful.replace("udp", "tcp").replace("4000", "4001"),
        useful.replace("192.0.2.7", "224.0.0.1"),
        useful.replace("192.0.2.7", "0.0.0.0"),
        useful.replace("192.0.2.7", "example.org"),
        useful.replace("4000", "99999"),
        "candidate:",
        "x" * 3_000,
    ):
        assert candidates.take(useless) is None, useless
    taken = [candidates.take(useful.replace("4000", str(5_000 + n))) for n in range(500)]
    assert sum(candidate is not None for candidate in taken) == CANDIDATES_MAX - 1
