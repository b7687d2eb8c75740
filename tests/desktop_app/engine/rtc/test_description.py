"""Descriptions of strangers: what is read, and how they are rewritten."""

import re

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


VIDEO = kinds_of(Mode.VIDEO)
VOICE = kinds_of(Mode.VOICE)
OWN_TRANSPORT = f"""a=ice-ufrag:efgh
a=ice-pwd:abcdefghijklmnopqrstuv
a=fingerprint:sha-256 {":".join(["CD"] * 32)}
a=setup:actpass
""".replace("\n", "\r\n")
ANOTHER_CANDIDATE = "a=candidate:2 1 udp 2113937151 192.0.2.7 4000 typ host\r\n"


def bundle_only(offer: str) -> str:
    """Write an offer as one with the policy max-bundle is written (RFC 8829, section 5.2.1)."""
    first, *others = re.split(r"(?m)^(?=m=)", offer.partition("m=")[2])
    others = [
        re.sub(r"^(m=\w+) 9(.*?\r\n)", r"\1 0\2a=bundle-only\r\n", one, flags=re.S)
        for one in others
    ]
    return offer.partition("m=")[0] + "m=" + first + "".join(others)


def refused(answer: str) -> list[bool]:
    """Return of each section whether it is refused."""
    return [line.split()[1] == "0" for line in answer.split("\r\n") if line.startswith("m=")]


async def answer_to(offer: str, kinds: tuple[str, ...]) -> str:
    """Answer an offer as a call does."""
    read = description.read(offer, kinds)
    connection = Connection([section.kind for section in read.used], [])
    answer = await connection.make_answer(description.as_offer(read))
    await connection.close()
    return description.with_refusals(answer, read)


def test_a_browsers_offer_is_cut_to_what_is_answered() -> None:
    read = description.read(BROWSER_OFFER, VIDEO)
    parsed = SessionDescription.parse(description.as_offer(read))

    assert [(m.kind, m.rtp.muxId) for m in parsed.media] == [
        ("video", "v"),
        ("audio", "a"),
        ("application", "d"),
    ]
    assert all(m.ice.usernameFragment == "abcd" and m.dtls for m in parsed.media)
    assert len(read.transport.candidates) == 1
    assert not read.transport.complete


async def test_sections_that_are_not_answered_are_refused_in_their_place() -> None:
    answer = await answer_to(BROWSER_OFFER, VOICE)

    kinds = re.findall(r"(?m)^m=(\w+)", answer)
    assert kinds == ["video", "audio", "application", "video"]
    assert refused(answer) == [True, False, False, True]


async def test_a_browsers_order_is_answered_with_candidates() -> None:
    answer = await answer_to(BROWSER_OFFER, VIDEO)

    assert "a=candidate:" in answer
    assert "a=setup:active" in answer


async def test_sections_that_are_offered_for_the_bundle_only_are_answered() -> None:
    offer = bundle_only(BROWSER_OFFER)
    assert offer.count("a=bundle-only") == 3
    assert refused(await answer_to(offer, VIDEO)) == [False, False, False, True]
    assert refused(await answer_to(offer, VOICE)) == [True, False, False, True]


@pytest.mark.parametrize(
    "pictures",
    [
        "a=rtpmap:96 VP9/90000\r\n",
        "a=rtpmap:96 AV1/90000\r\n",
        "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=0;profile-level-id=42e01f\r\n",
        "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;profile-level-id=640c1f\r\n",
    ],
)
async def test_a_section_without_a_common_codec_is_refused_and_the_others_go_on(
    pictures: str,
) -> None:
    offer = BROWSER_OFFER.replace("a=rtpmap:96 VP8/90000\r\n", pictures)
    assert refused(await answer_to(offer, VIDEO)) == [True, False, False, True]

    own = Connection(VIDEO, [])
    ours = await own.make_offer()
    answer = description.as_answer(description.read(offer, VIDEO), ours, Role.OFFERER)
    await own.take_answer(answer, controlled=False)
    directions = {t.kind: t.currentDirection for t in own.peer.getTransceivers()}
    await own.close()
    assert directions == {"audio": "sendrecv", "video": "inactive"}


async def test_another_section_of_a_kind_is_taken_where_the_first_has_no_common_codec() -> None:
    offer = BROWSER_OFFER.replace("VP8", "VP9", 1)
    assert refused(await answer_to(offer, VIDEO)) == [True, False, False, False]


def test_an_offer_with_nothing_in_common_is_bad() -> None:
    with pytest.raises(BadDescription):
        description.read(BROWSER_OFFER.replace("VP8", "VP9"), ("video",))


def test_candidates_are_those_of_the_section_that_carries_the_bundle() -> None:
    ends = "a=mid:a\r\na=end-of-candidates\r\n"
    offer = BROWSER_OFFER.replace("a=mid:a\r\n", OWN_TRANSPORT + ANOTHER_CANDIDATE + ends)
    whole = description.read(offer, VIDEO).transport
    assert (whole.mid, whole.username, whole.complete) == ("v", "abcd", False)
    assert len(whole.candidates) == 1
    assert all(whole.takes(*named) for named in (("v", 0), ("v", None), (None, 0), (None, None)))
    assert not any(whole.takes(*named) for named in (("a", 1), ("a", None), (None, 1)))

    # The picture is refused: our answer bundles the rest with the first section that is left.
    voice = description.read(offer, VOICE).transport
    assert (voice.mid, voice.place, voice.username, voice.complete) == ("a", 1, "efgh", True)
    assert f"a={voice.candidates[0]}\r\n" == ANOTHER_CANDIDATE

    # What is for the bundle only has no transport, whatever it says.
    assert description.read(bundle_only(offer), VOICE).transport.mid == "v"


def test_the_end_of_candidates_of_the_session_is_that_of_the_bundle() -> None:
    offer = BROWSER_OFFER.replace("m=video", "a=end-of-candidates\r\nm=video", 1)
    assert description.read(offer, VIDEO).transport.complete


@pytest.mark.parametrize(
    ("role", "setup"), [(Role.OFFERER, "a=setup:passive"), (Role.ANSWERER, "a=setup:active")]
)
async def test_a_parked_offer_becomes_the_answer_to_our_own(role: Role, setup: str) -> None:
    own = Connection(kinds_of(Mode.VIDEO), [])
    offer = await own.make_offer()
    answer = description.as_answer(description.read(BROWSER_OFFER, VIDEO), offer, role)
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
    answer = description.as_answer(description.read(refusing, VIDEO), offer, None)
    await own.take_answer(answer, controlled=False)
    directions = {t.kind: t.currentDirection for t in own.peer.getTransceivers()}
    await own.close()

    assert directions == {"audio": "sendrecv", "video": "inactive"}


def test_what_is_not_bundled_is_bad() -> None:
    with pytest.raises(BadDescription):
        description.read(BROWSER_OFFER.replace("BUNDLE v a d x", "BUNDLE v a"), VIDEO)


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
