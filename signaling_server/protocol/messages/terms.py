"""The words of messages: names, bounded values, and what can be chosen from."""

from enum import StrEnum
from typing import Annotated, NewType

from msgspec import Meta, Struct

from signaling_server.protocol import limits, proofs

SessionId = NewType("SessionId", str)
CallId = NewType("CallId", str)
StrangerId = NewType("StrangerId", str)

Id = Annotated[str, Meta(min_length=1, max_length=limits.STRANGER_ID_MAX_CHARACTERS)]
Sdp = Annotated[str, Meta(min_length=1, max_length=limits.DESCRIPTION_MAX_CHARACTERS)]
SearchNumber = Annotated[int, Meta(ge=0, lt=2**53)]
Count = Annotated[int, Meta(ge=0, lt=2**31)]
MessageCount = Annotated[int, Meta(ge=0, lt=2**53)]
Delay = Annotated[float, Meta(ge=0, le=limits.DELAY_MAX_S)]
UnixTime = Annotated[float, Meta(ge=0, le=limits.UNIX_TIME_MAX_S)]
BanWords = Annotated[str, Meta(max_length=limits.BAN_WORDS_MAX_CHARACTERS)]
Replacement = Annotated[int, Meta(ge=0, lt=2**31)]
Interest = Annotated[str, Meta(max_length=limits.INTEREST_MAX_CHARACTERS, pattern=r"\S")]
InterestPrefix = Annotated[str, Meta(max_length=limits.INTEREST_MAX_CHARACTERS)]
LanguageTag = Annotated[
    str,
    Meta(
        min_length=2,
        max_length=limits.LANGUAGE_TAG_MAX_CHARACTERS,
        pattern=r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*\Z",
    ),
]
PoolName = Annotated[str, Meta(max_length=limits.POOL_MAX_CHARACTERS)]
KeyText = Annotated[str, Meta(min_length=43, max_length=43)]
"""32 bytes in URL-safe base64 without padding."""
SignatureText = Annotated[str, Meta(min_length=86, max_length=86)]
"""64 bytes likewise."""
Nonce = Annotated[str, Meta(min_length=16, max_length=64)]
WorkBits = Annotated[int, Meta(ge=0, le=proofs.WORK_BITS_MAX)]


class Mode(StrEnum):
    """What a call carries; people are paired within one mode."""

    VIDEO = "video"
    """Picture, sound and text; a person without a camera may join."""
    VOICE = "voice"
    """Sound and text."""
    TEXT = "text"
    """Text alone."""


class Scope(StrEnum):
    """With whom a search with interests is content."""

    ONLY = "only"
    """With people who share an interest, however long that takes."""
    PREFER = "prefer"
    """With people who share an interest at first, soon with others too."""
    ANYBODY = "anybody"
    """With anybody from the beginning."""


class Role(StrEnum):
    """Who makes the offer. In a paired exchange: who controls ICE and is the DTLS client."""

    OFFERER = "offerer"
    """Makes the offer, or has made it: its parked one is with the stranger already."""
    ANSWERER = "answerer"
    """Answers an offer that comes with the match, or else by call.description."""


class Exchange(StrEnum):
    """How the two descriptions of a call come together."""

    PAIRED = "paired"
    """Each side takes the other's parked offer as the answer to its own."""
    CLASSICAL = "classical"
    """Offer, then answer. A parked offer of the offerer has been handed over already."""


class DescriptionKind(StrEnum):
    """Which half of the exchange a description is."""

    OFFER = "offer"
    ANSWER = "answer"


class CallEnd(StrEnum):
    """Why a call is over, seen from the one who is told."""

    LEFT = "left"
    """The stranger stopped."""
    NEXT = "next"
    """The stranger went on to the next person."""
    LOST = "lost"
    """The stranger's connection broke and did not come back in time."""


class ReportReason(StrEnum):
    """What a stranger is reported for."""

    SEXUAL = "sexual"
    """Nudity or sexual acts that nobody asked for."""
    CHILD = "child"
    """A child is there, or harm to a child is shown or asked for."""
    VIOLENCE = "violence"
    """Violence, threats or self-harm."""
    HATE = "hate"
    """Hatred of a group of people."""
    HARASSMENT = "harassment"
    """Insults, pressure, recording, or making private things known."""
    SPAM = "spam"
    """Advertising, fraud, or a machine in place of a person."""
    OTHER = "other"
    """Something else that breaks the house rules."""


class Message(Struct, frozen=True, forbid_unknown_fields=False, omit_defaults=True, gc=False):
    """What all messages share: immutable, unknown keys ignored, defaults left out.

    The garbage collector passes them by, for texts and numbers make no cycles.
    """
