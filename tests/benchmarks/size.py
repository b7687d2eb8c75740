"""The size of the pictures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Of the pictures, in pixels."""

    width: int
    height: int

    @classmethod
    def parse(cls, text: str) -> "Size":
        width, height = text.split("x")
        return cls(int(width), int(height))

    @property
    def browser_bitrate_bps(self) -> int:
        """Return the highest bitrate that Chromium itself would come to at this size.

        GetMaxDefaultVideoBitrateKbps of libwebrtc. Beginning with it spares the browser the
        seconds in which it would send smaller pictures.
        """
        return 1_700_000 if self.width * self.height <= 640 * 480 else 2_500_000

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"
