"""What rate control makes of a connection over which nothing comes for a while."""

import pytest

from desktop_app.engine.rtc import transport_feedback
from desktop_app.engine.rtc.congestion import Congestion
from desktop_app.engine.rtc.packet_logs import ArrivalLog

PACKET_BYTES = 1_000
PACKETS_PER_S = 100
DELAY_S = 0.01


class CutLink:
    """Carries packets of one size at an even pace, and none while it is cut; in simulated time."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.is_cut = False
        self.pictures_bps: list[int] = []
        self.congestion = Congestion(lambda: self.now_s, self.pictures_bps.append)
        self._arrivals = ArrivalLog()

    def run(self, duration_s: float) -> None:
        for _ in range(round(duration_s * PACKETS_PER_S)):
            number = self.congestion.next_number()
            self.congestion.sent("video", PACKET_BYTES, repaired=False)
            self.now_s += 1 / PACKETS_PER_S
            if self.is_cut:
                continue
            self._arrivals.note(number, self.now_s + DELAY_S)
            if (feedback := self._arrivals.due(self.now_s + DELAY_S)) is not None:
                packet = transport_feedback.write(feedback, 0, 1, 2)
                self.congestion._take_feedback(transport_feedback.read(packet[12:]))


@pytest.mark.parametrize("cut_s", [8.0, 9.0, 40.0])
def test_what_was_sent_into_a_cut_does_not_slow_what_is_sent_after_it(cut_s: float) -> None:
    link = CutLink()
    link.run(5)
    link.is_cut = True
    link.run(cut_s)
    begun_low_bps = link.congestion.rate_bps
    link.is_cut = False
    link.run(2)

    assert link.congestion.rate_bps >= begun_low_bps
    assert min(link.pictures_bps) > 0
