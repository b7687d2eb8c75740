"""Everything that touches private names of aiortc and aioice; the versions are pinned.

Each cure says what it mends. In tests/desktop_app/engine/rtc/ test_cures.py, test_data_cures.py
and test_relay.py fail in words when an internal that one of them uses has changed.
"""

from desktop_app.engine.rtc.cures.codecs import (
    codec_of,
    has_common_codec,
    install,
    receive_own_numbers,
)
from desktop_app.engine.rtc.cures.congestion import (
    feedback_sender,
    number_packets,
    send_limit,
    send_rtcp,
    take_feedback,
    watch_arrivals,
    watch_reports,
)
from desktop_app.engine.rtc.cures.data import (
    receive_text,
)
from desktop_app.engine.rtc.cures.header_extensions import (
    read_any,
)
from desktop_app.engine.rtc.cures.ice import (
    ask_for_life,
    be_controlled,
    complete_at_once,
    gather_within,
    ice_transport,
    is_direct,
    leave_closed_sockets,
    local_addresses,
    prepare_handshake,
    repeat_checks,
    watch_traffic,
)
from desktop_app.engine.rtc.cures.receiving import (
    deliver_to,
)
from desktop_app.engine.rtc.cures.relay import (
    gather_with,
    repeat_lost_checks,
    still_answers,
)
from desktop_app.engine.rtc.cures.sending import (
    REPAIRS_BURST,
    REPAIRS_PER_S,
    SENT_KEPT,
    bound_repairs,
    on_key_frame_request,
    report_captures,
    send_redundantly,
)
from desktop_app.engine.rtc.cures.sources import (
    streams_of,
    take_unnamed_repairs,
)

__all__ = [
    "REPAIRS_BURST",
    "REPAIRS_PER_S",
    "SENT_KEPT",
    "ask_for_life",
    "be_controlled",
    "bound_repairs",
    "codec_of",
    "complete_at_once",
    "deliver_to",
    "feedback_sender",
    "gather_with",
    "gather_within",
    "has_common_codec",
    "ice_transport",
    "install",
    "is_direct",
    "leave_closed_sockets",
    "local_addresses",
    "number_packets",
    "on_key_frame_request",
    "prepare_handshake",
    "read_any",
    "receive_own_numbers",
    "receive_text",
    "repeat_checks",
    "repeat_lost_checks",
    "report_captures",
    "send_limit",
    "send_redundantly",
    "send_rtcp",
    "still_answers",
    "streams_of",
    "take_feedback",
    "take_unnamed_repairs",
    "watch_arrivals",
    "watch_reports",
    "watch_traffic",
]
