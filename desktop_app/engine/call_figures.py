"""The figures of a call, once a second: what has come, gone and been lost since the last time."""

from dataclasses import dataclass
from typing import Any

from desktop_app import engine_messages as messages
from desktop_app.engine.call_media import CallMedia
from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE
from desktop_app.engine.playback.voice_stream import VoiceStream
from desktop_app.engine.rtc.reception import Reception
from desktop_app.engine.rtc.traffic import Traffic


@dataclass(frozen=True)
class _Totals:
    received_bytes: int = 0
    sent_bytes: int = 0
    pictures: int = 0
    packets: int = 0
    lost: int = 0


class CallFigures:
    """Belongs to the loop. One for each call."""

    def __init__(self, call: str, media: CallMedia) -> None:
        self._call = call
        self._media = media
        self._before = _Totals()

    def statistics(
        self, fields: dict[str, Any], reception: Reception, traffic: Traffic, passed_s: float
    ) -> messages.Statistics:
        """Return what passed_s brought; fields are those that the connection itself knows."""
        shown, voice = self._media.pictures, self._media.voice
        now = _Totals(
            traffic.received_bytes,
            traffic.sent_bytes,
            shown.count if shown is not None else 0,
            reception.packets,
            reception.lost,
        )
        before, self._before = self._before, now
        sent = self._media.sent_pictures()
        return messages.Statistics(
            call=self._call,
            width=shown.width if shown is not None else 0,
            height=shown.height if shown is not None else 0,
            fps=(now.pictures - before.pictures) / passed_s,
            sent_width=sent.width,
            sent_height=sent.height,
            sent_fps=sent.count / passed_s,
            strained=sent.strained,
            received_bps=round((now.received_bytes - before.received_bytes) * 8 / passed_s),
            sent_bps=round((now.sent_bytes - before.sent_bytes) * 8 / passed_s),
            received_loss_percent=_share(now.lost - before.lost, now.packets - before.packets),
            jitter_ms=reception.jitter_ms,
            freezes=shown.freezes.count if shown is not None else 0,
            freeze_s=shown.freezes.seconds if shown is not None else 0.0,
            **_heard(voice),
            **fields,
        )


def _heard(voice: VoiceStream | None) -> dict[str, Any]:
    """Return what is known of the stranger's voice, as fields of messages.Statistics."""
    if voice is None:
        return {}
    counts = voice.counts
    return {
        "voice_percent": counts.real_percent,
        "voice_real_s": counts.real / SAMPLE_RATE,
        "voice_made_up_s": counts.concealed / SAMPLE_RATE,
        "voice_gaps": counts.gaps,
    }


def _share(lost: int, packets: int) -> float | None:
    """Packets that were sent once more and came twice make the number of lost ones fall."""
    expected = lost + packets
    return max(0.0, 100.0 * lost / expected) if expected > 0 else None
