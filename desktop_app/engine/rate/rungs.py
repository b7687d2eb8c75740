"""Which size and frame rate a bitrate is worth, on a machine that may be too busy for it."""

from dataclasses import dataclass

BITS_PER_PIXEL = 0.035
"""The least that a picture looks fine at; the first megabit a second gives 1280 x 720 at 30."""
SCALES = (1.0, 0.75, 0.5, 0.375, 0.25)
SLOWER = (2.0, 4.0)
"""Parts of the frame rate, for the smallest size alone."""
SMALLEST = 160 * 90
UP_ABOVE = 1.5
"""Of what a rung is worth: at the edge it would come and go, with a key frame each time."""
CHANGE_PAUSE_S = 1.2
"""Between two changes of any kind: an engine bears ten changes of size in ten seconds."""
UP_AFTER_S = 1.0
"""A larger rung costs a key frame: it is taken when it has been worth it for so long."""
STRAIN_MAX = 2
STRAINED_LEAST = 480 * 270
"""Rungs, and pixels: beyond these the encoder is not what a strained machine lacks the time for."""
_MOST_BPS = (
    (320 * 240, 600_000),
    (640 * 480, 1_700_000),
    (960 * 540, 2_000_000),
    (1280 * 720, 2_500_000),
)
"""At these sizes more is not seen; as in libwebrtc's GetMaxDefaultVideoBitrateKbps."""
MOST_BPS = 4_000_000


@dataclass(frozen=True)
class Rung:
    width: int
    height: int
    fps: float

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def worth_bps(self) -> float:
        return self.pixels * self.fps * BITS_PER_PIXEL


def most_bps(width: int, height: int) -> int:
    """Return the highest bitrate that pictures of this size are sent with."""
    return next((most for pixels, most in _MOST_BPS if width * height <= pixels), MOST_BPS)


def rungs_of(width: int, height: int, fps: float) -> list[Rung]:
    """Return the rungs below a captured size and rate, the best first."""
    rungs = []
    for scale in SCALES:
        # Even, for colour has half the size.
        rung = Rung(round(width * scale / 2) * 2, round(height * scale / 2) * 2, fps)
        if scale == 1.0 or rung.pixels >= SMALLEST:
            rungs.append(rung)
    least = rungs[-1]
    return [*rungs, *(Rung(least.width, least.height, fps / part) for part in SLOWER)]


class Ladder:
    """Steps down at once and up after a while. Times are in seconds."""

    def __init__(self) -> None:
        self._source = (0, 0, 0.0)
        self._rungs: list[Rung] = []
        self._at = 0
        self.is_strained = False
        """Whether the machine's strain, and not the line, makes the picture smaller."""
        self._changed_at = -CHANGE_PAUSE_S
        self._up_since: float | None = None

    @property
    def strain_max(self) -> int:
        """How many rungs down from the best help a strained machine."""
        return self._highest_at(STRAIN_MAX)

    def choose(
        self, now_s: float, source: tuple[int, int, float], bitrate_bps: float, strain: int = 0
    ) -> Rung:
        """Return the rung for a captured width, height and rate, and the picture's bitrate.

        strain is how many rungs below the best the machine asks for (strain.py).
        """
        is_another = source != self._source
        if is_another:
            self._source, self._rungs = source, rungs_of(*source)
        highest = self._highest_at(strain)
        allowed = self._allowed(bitrate_bps)
        self.is_strained = highest > allowed
        worse = max(highest, allowed)
        if is_another:
            self._at, self._up_since = worse, None
        better = max(highest, self._allowed(bitrate_bps / UP_ABOVE))
        if better >= self._at:
            self._up_since = None
        elif self._up_since is None:
            self._up_since = now_s
        if now_s - self._changed_at < CHANGE_PAUSE_S:
            return self._rungs[self._at]
        if worse > self._at:
            self._step(worse, now_s)
        elif self._up_since is not None and now_s - self._up_since >= UP_AFTER_S:
            self._step(better, now_s)
        return self._rungs[self._at]

    def _step(self, to: int, now_s: float) -> None:
        self._at, self._changed_at, self._up_since = to, now_s, None

    def _highest_at(self, strain: int) -> int:
        smaller = self._rungs[1 : strain + 1]
        return sum(rung.pixels >= STRAINED_LEAST for rung in smaller)

    def _allowed(self, bitrate_bps: float) -> int:
        fits = (n for n, rung in enumerate(self._rungs) if rung.worth_bps <= bitrate_bps)
        return next(fits, len(self._rungs) - 1)
