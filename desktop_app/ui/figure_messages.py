"""The figures of a call in words. Contexts are literal for lupdate."""

from PySide6.QtCore import QCoreApplication

from desktop_app.engine_messages import Statistics

translate = QCoreApplication.translate

NAMES = range(10)
"""One for each line of figures."""


def figures(value: Statistics) -> list[tuple[str, str]]:
    """Return name and value of each figure; a dash where nothing is known."""
    return [
        (translate("Figures", "Picture received"), _picture(value.width, value.height, value.fps)),
        (
            translate("Figures", "Picture sent"),
            _picture(value.sent_width, value.sent_height, value.sent_fps),
        ),
        (translate("Figures", "Received"), _rate(value.received_bps)),
        (translate("Figures", "Sent"), _rate(value.sent_bps)),
        (translate("Figures", "Round trip"), _number(value.round_trip_ms, "ms")),
        (
            translate("Figures", "Packets lost, received and sent"),
            f"{_number(value.received_loss_percent, '%')} · {_number(value.loss_percent, '%')}",
        ),
        (translate("Figures", "Jitter"), _number(value.jitter_ms, "ms")),
        (
            translate("Figures", "Picture frozen"),
            translate("Figures", "{times} times, {seconds} s").format(
                times=value.freezes, seconds=round(value.freeze_s, 1)
            ),
        ),
        (translate("Figures", "Codec"), value.codec or "–"),
        (translate("Figures", "Path"), _path(value.direct)),
    ]


def _picture(width: int, height: int, fps: float) -> str:
    if not height:
        return "–"
    return translate("Figures", "{width} × {height}, {rate} per second").format(
        width=width, height=height, rate=round(fps)
    )


def _rate(bps: int) -> str:
    return f"{bps / 1_000:.0f} kbit/s"


def _number(value: float | None, unit: str) -> str:
    return "–" if value is None else f"{value:.0f} {unit}"


def _path(direct: bool | None) -> str:
    if direct is None:
        return "–"
    return translate("Figures", "direct") if direct else translate("Figures", "relayed")
