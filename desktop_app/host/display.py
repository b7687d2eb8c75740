"""Whether there is a display for the window: Qt ends a program without one in its own way."""

import ctypes
import os
import sys
from collections.abc import Mapping


def has_display(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a window can be shown, as far as this can be told in a millisecond.

    Only an X server can be missing: Windows and macOS always have a display, Wayland is left to
    Qt, and who has chosen a platform of Qt's knows it.
    """
    chosen = environment.get("QT_QPA_PLATFORM") or environment.get("WAYLAND_DISPLAY")
    if sys.platform != "linux" or chosen:
        return True
    name = environment.get("DISPLAY", "")
    return name != "" and _answers(name)


def _answers(name: str) -> bool:
    """Whether the X server of that name lets us in."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Which is for Qt to say.
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(name.encode(), None))
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed
