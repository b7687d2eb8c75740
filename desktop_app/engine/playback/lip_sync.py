"""Lips and voice in step: whichever comes first waits for the other."""

from collections.abc import Callable

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE
from desktop_app.engine.codec.video_encoders import RTP_CLOCK
from desktop_app.engine.rtc.sender_clock import SenderClock

VOICE_LATE_S = 0.041
VOICE_EARLY_S = 0.015
"""How far the voice may be behind the lips, and ahead of them (decision 12)."""
VOICE_LATEST_S = 0.115
"""ITU-R BT.1359 finds that 45 ms are noticed when the voice is ahead, and 125 ms when it is behind."""
READILY_S = 0.015
"""So much a picture waits for a voice that nobody would notice yet."""
PAINT_S = 0.003
"""From the release of a picture to the screen, about."""
SPEAKER_S = 0.008
"""From the speaker's buffer to the air, about; PulseAudio's part of it."""
HOLD_MAX_S = 0.15
WAIT_MAX_S = 0.15
"""What is further apart belongs to no lips: a stranger's clocks may be wrong."""
APART_MAX_S = 1.0
SMOOTH = 1 / 16
OUTLIER_S = 0.02
"""A packet or picture that is later or sooner by more counts as so much: on a busy machine single ones
come half a second late, and everything would wait for them."""
SPREAD_S = 0.03
"""A picture that comes so much sooner than others is still shown at once: to even out their delays
would make most of them later."""
BEGINNING = 30
"""Packets or pictures of which the one that came soonest counts: the first are late, by half a second on a
busy machine, and not before 20 s later would that be forgotten."""
SLEW_S = 0.002
"""How much less a picture waits than the one before it, at most."""
RISE = 0.003
"""How much longer pictures wait, in seconds a second at most: a voice that is late for a while keeps no
face waiting."""
VOICE_SLEW = 0.01
"""How much longer or shorter the voice waits, in seconds a second at most: it can follow no faster."""
SINCE_MAX_S = 0.1
"""Pictures further apart count as so far."""
HEARD_S = 0.1
"""So long after a packet the voice's wait stays as it is: who is silent sends one in 400 ms, and what a
longer wait has done would be seen too late."""
UNSEEN_AFTER_S = 1.0
"""Without pictures for so long a voice waits for nothing."""
EASY_S = 0.02
"""A voice that waits goes on so while it is so much nearer to the lips than it has to be."""


class LipSync:
    """Says when a stranger's pictures are shown, and how long the voice waits for them.

    Both come with the time of their capture by the stranger's clock; only how late each is,
    compared with the other, matters, so that no clocks need to agree.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """clock in seconds."""
        self.voice = SenderClock(SAMPLE_RATE)
        self.pictures = SenderClock(int(RTP_CLOCK.denominator))
        self._voice_waits_s = 0.0
        self._clock = clock
        self._voice_lag = _Lag()
        self._picture_lag = _Lag()
        self._shown_lag_s = 0.0
        self._shown_s = 0.0
        self._heard_s = 0.0

    @property
    def voice_waits_s(self) -> float:
        """How long each packet of the voice is to be held back at least. From any thread."""
        return self._voice_waits_s if self._clock() - self._shown_s < UNSEEN_AFTER_S else 0.0

    def note_voice(self, timestamp: int, ahead_s: float) -> None:
        """Sound with this timestamp is heard after ahead_s. From the speaker's thread."""
        captured_s = self.voice.captured_s(timestamp)
        if captured_s is None:
            return
        self._heard_s = self._clock()
        self._voice_lag.note(self._heard_s + ahead_s + SPEAKER_S - captured_s)

    def show_at_s(self, timestamp: int) -> float:
        """Return when to show a picture that is ready now. From the decoder's thread."""
        now = self._clock()
        captured_s, voice_lag_s = self.pictures.captured_s(timestamp), self._voice_lag.smooth_s
        if captured_s is None or voice_lag_s is None:
            return now
        lag_s = now - captured_s
        if abs(lag_s - voice_lag_s) > APART_MAX_S:
            return now
        picture_lag_s = self._picture_lag.note(lag_s)
        if self._picture_lag.begins:
            self._shown_lag_s = picture_lag_s
        since_s, self._shown_s = min(SINCE_MAX_S, now - self._shown_s), now
        early_s = picture_lag_s + PAINT_S - voice_lag_s - VOICE_EARLY_S
        if now - self._heard_s < HEARD_S:
            self._let_voice_wait(early_s, VOICE_SLEW * since_s)
        behind_s = voice_lag_s - PAINT_S
        readily_s = min(behind_s - VOICE_LATE_S, picture_lag_s + READILY_S)
        wanted_s = max(picture_lag_s - SPREAD_S, readily_s, behind_s - VOICE_LATEST_S)
        self._shown_lag_s += max(-SLEW_S, min(RISE * since_s, wanted_s - self._shown_lag_s))
        return now + max(0.0, min(HOLD_MAX_S, self._shown_lag_s - lag_s))

    def _let_voice_wait(self, early_s: float, slew_s: float) -> None:
        if -EASY_S < early_s < 0.0:
            return
        waits_s = self._voice_waits_s + max(-slew_s, min(slew_s, early_s * SMOOTH))
        self._voice_waits_s = max(0.0, min(WAIT_MAX_S, waits_s))


class _Lag:
    """How late what comes is, in seconds, without what single ones are later."""

    def __init__(self) -> None:
        self.smooth_s: float | None = None
        self._count = 0

    @property
    def begins(self) -> bool:
        return self._count <= BEGINNING

    def note(self, lag_s: float) -> float:
        """Return smooth_s with this one, too."""
        before_s = self.smooth_s
        if before_s is None or abs(lag_s - before_s) >= APART_MAX_S:
            before_s, self._count = lag_s, 0
        self._count += 1
        if self.begins:
            smooth_s = min(before_s, lag_s)
        else:
            smooth_s = before_s + max(-OUTLIER_S, min(OUTLIER_S, lag_s - before_s)) * SMOOTH
        self.smooth_s = smooth_s
        return smooth_s
