"""How large a picture is painted, and which part of it."""

from dataclasses import dataclass

from desktop_app.engine_messages import PICTURE_MAX_HEIGHT, PICTURE_MAX_WIDTH

CUT_TO = 0.25
"""A picture of which less than this part would be left is shown whole: a strip that has to fill a
view is scaled to a hundred times its size, which took 5 s and 700 MB."""


@dataclass(frozen=True)
class Fit:
    """Scale to scaled_width x scaled_height, then cut width x height out of the middle."""

    scaled_width: int
    scaled_height: int
    width: int
    height: int

    @property
    def left(self) -> int:
        return (self.scaled_width - self.width) // 2

    @property
    def top(self) -> int:
        return (self.scaled_height - self.height) // 2


@dataclass(frozen=True)
class View:
    """Where a stream is painted, in device pixels; 0 by 0 is hidden."""

    width: int
    height: int
    fill: bool

    @property
    def hidden(self) -> bool:
        return self.width <= 0 or self.height <= 0

    def fit(self, width: int, height: int) -> Fit | None:
        """Return how a width x height picture is shown here; None if hidden.

        The interface enlarges only what would be beyond PICTURE_MAX: there it took three to four
        times as long.
        """
        if self.hidden or width <= 0 or height <= 0:
            return None
        wide = min(self.width, PICTURE_MAX_WIDTH)
        high = min(self.height, PICTURE_MAX_HEIGHT)
        across, down = wide / width, high / height
        least, most = sorted((across, down))
        fill = self.fill and least >= CUT_TO * most
        scale = most if fill else least
        scaled_width = max(2, round(width * scale))
        scaled_height = max(2, round(height * scale))
        if not fill:
            return Fit(scaled_width, scaled_height, scaled_width, scaled_height)
        return Fit(scaled_width, scaled_height, *_cut(scaled_width, scaled_height, wide, high))


def _cut(width: int, height: int, wide: int, high: int) -> tuple[int, int]:
    """Return the largest part of width x height with the aspect of wide x high."""
    if width * high > height * wide:
        return max(2, min(width, round(height * wide / high))), height
    return width, max(2, min(height, round(width * high / wide)))
