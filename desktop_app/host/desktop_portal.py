"""What a Linux desktop says of its proxy, over D-Bus.

The desktop's portal knows the settings of GNOME and, where libproxy reads them, those of KDE; it
follows a script that chooses (PAC) as well. Source: org.freedesktop.portal.ProxyResolver,
version 1, https://flatpak.github.io/xdg-desktop-portal.
"""

import os
import time
from pathlib import Path

_TIMEOUT_MS = 2_000
"""A portal that has to be started first took 0.2 to 1.6 s."""
_LOOK_EVERY_S = 0.005


def portal_proxy(url: str) -> str:
    """Return the first proxy's url, direct:// for the direct way; empty without an answer in 2 s.

    Waits: not for the interface's thread.
    """
    if not _session_bus_is_there():
        return ""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage  # Linux's alone.

    lookup = QDBusMessage.createMethodCall(
        "org.freedesktop.portal.Desktop",
        "/org/freedesktop/portal/desktop",
        "org.freedesktop.portal.ProxyResolver",
        "Lookup",
    )
    lookup.setArguments([url])
    pending = QDBusConnection.sessionBus().asyncCall(lookup, _TIMEOUT_MS)
    # Every call of PySide's that waits keeps Python's lock, and the interface would wait with it.
    while not pending.isFinished():
        time.sleep(_LOOK_EVERY_S)
    answer = pending.reply()
    if answer.type() is not QDBusMessage.MessageType.ReplyMessage:
        return ""
    return str(next(iter(answer.arguments()[0]), ""))


def _session_bus_is_there() -> bool:
    """Without one, asking would start one."""
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return True
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return runtime is not None and Path(runtime, "bus").is_socket()
