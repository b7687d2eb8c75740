"""How good a call is, in figures and words. Contexts are literal for lupdate."""

from PySide6.QtCore import QCoreApplication, QLocale

from desktop_app.engine_messages import Statistics
from desktop_app.session.quality import Level, Quality, Trouble

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
            f"{_percent(value.received_loss_percent)} · {_percent(value.loss_percent)}",
        ),
        (translate("Figures", "Jitter"), _number(value.jitter_ms, "ms")),
        (
            translate("Figures", "Picture frozen"),
            translate("Figures", "{times} ×, {seconds} s").format(
                times=value.freezes, seconds=QLocale().toString(value.freeze_s, "f", 1)
            ),
        ),
        (translate("Figures", "Codec"), value.codec or "–"),
        (translate("Figures", "Path"), _path(value.direct)),
    ]


def statistics(value: Statistics, *, picture: bool = True) -> str:
    """Such as "720p  30 fps  42 ms"; picture tells whether one is expected."""
    parts = []
    if picture and value.height:
        parts.append(f"{value.height}p")
        parts.append(translate("Statistics", "{rate} fps").format(rate=round(value.fps)))
    if value.round_trip_ms is not None:
        parts.append(translate("Statistics", "{time} ms").format(time=round(value.round_trip_ms)))
    return "   ".join(parts)


def quality(value: Quality) -> str:
    """How good the connection is, and why it is no better."""
    match value.trouble:
        case Trouble.NONE:
            return translate("Quality", "The connection is good.")
        case Trouble.LOSS:
            return translate(
                "Quality",
                "Your connection loses packets. A cable, or a place nearer to the Wi-Fi, helps.",
            )
        case Trouble.LOSS_SENT:
            return translate("Quality", "Part of what you send is lost on its way.")
        case Trouble.LOSS_RECEIVED:
            return translate("Quality", "Part of what the other side sends is lost on its way.")
        case Trouble.FREEZES:
            return translate("Quality", "The picture stops now and then: too little of it arrives.")
        case Trouble.DELAY:
            return translate(
                "Quality", "Everything arrives late: the way between you is long or full."
            )
        case Trouble.JITTER:
            return translate(
                "Quality", "Packets arrive unevenly: something else may be using your connection."
            )
        case Trouble.NARROW:
            return translate(
                "Quality", "Little gets through to the other side: your picture is sent smaller."
            )
        case Trouble.STRAINED:
            return translate(
                "Quality",
                "This computer is too busy: your picture is sent smaller. "
                "Closing other programs helps.",
            )


def quality_label(value: Quality) -> str:
    """Level and reason; a computer that is too busy says nothing of the connection."""
    why = quality(value)
    return why if value.trouble is Trouble.STRAINED else f"{_quality_level(value.level)} – {why}"


def _quality_level(value: Level) -> str:
    match value:
        case Level.GOOD:
            return translate("Quality", "Connection: good")
        case Level.FAIR:
            return translate("Quality", "Connection: fair")
        case Level.POOR:
            return translate("Quality", "Connection: poor")


def no_call_figures() -> str:
    return translate("Quality", "There is no call to measure. The figures come with the next one.")


def call_report_saved(saved: bool) -> str:
    if saved:
        return translate(
            "Quality", "The report is saved. It holds figures only: no address, no text, no names."
        )
    return translate(
        "Quality", "The report could not be written there. Choose another folder, or make room."
    )


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


def _percent(value: float | None) -> str:
    """With a decimal while it matters: half a percent of loss is heard."""
    if value is None:
        return "–"
    if 0 < value < 0.1:
        return f"< {QLocale().toString(0.1, 'f', 1)} %"
    return f"{QLocale().toString(value, 'f', 1 if 0 < value < 10 else 0)} %"


def _path(direct: bool | None) -> str:
    if direct is None:
        return "–"
    return translate("Figures", "direct") if direct else translate("Figures", "relayed")
