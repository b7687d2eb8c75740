"""One window for each person and profile: a second start hands over to the first and ends."""

import hashlib
import time
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from desktop_app.host.foreground import allow_raising
from desktop_app.host.profile_lock import ProfileLock

CONNECT_WITHIN_MS = 2_000
ANSWER_WITHIN_MS = 10_000
"""One that has only just been started itself imports most of the interface before it answers."""
ASK_AGAIN_AFTER_S = 0.05
MESSAGE_MAX_BYTES = 4_096
_ANSWER = b"raised\n"


def enter(profile: Path, link: str) -> ProfileLock | None:
    """Return the lock of the profile's one instance, to be kept; None when another took the link.

    Of two starts at the same moment one has the lock, and the other asks until that one listens
    or has ended. Where neither comes about in the time that an answer may take, it goes in without
    the lock. Needs no application object.
    """
    lock = ProfileLock(profile)
    until = time.monotonic() + ANSWER_WITHIN_MS / 1000
    while True:
        is_first = lock.take()
        if hand_over(profile, link):
            return None
        if is_first or time.monotonic() > until:
            return lock
        time.sleep(ASK_AGAIN_AFTER_S)


def hand_over(profile: Path, link: str) -> bool:
    """Have the instance that runs on this profile raise its window and take the link, if any.

    False when there is none, or one that does not answer. Needs no application object.
    """
    socket = QLocalSocket()
    socket.connectToServer(_name(profile))
    if not socket.waitForConnected(CONNECT_WITHIN_MS):
        return False
    allow_raising()
    socket.write(link.encode()[: MESSAGE_MAX_BYTES - 1] + b"\n")
    socket.flush()
    while not socket.canReadLine():
        # False as well when the answer has come with the end of the connection.
        if not socket.waitForReadyRead(ANSWER_WITHIN_MS):
            break
    return bytes(socket.readAll().data()) == _ANSWER


class SingleInstance(QObject):
    """Listens for later starts on this profile; only the same account reaches it."""

    raised = Signal(str)
    """Another start was made; with the link it was given, or an empty text."""

    def __init__(self, profile: Path) -> None:
        super().__init__()
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._take)
        name = _name(profile)
        if not self._server.listen(name):
            # Nobody answered on it before this: it is what a killed process has left.
            QLocalServer.removeServer(name)
            self._server.listen(name)

    def close(self) -> None:
        self._server.close()

    def _take(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > MESSAGE_MAX_BYTES:
            socket.abort()
        elif socket.canReadLine():
            link = bytes(socket.readLine().data()).decode(errors="replace").strip()
            socket.write(_ANSWER)
            socket.disconnectFromServer()
            self.raised.emit(link)


def _name(profile: Path) -> str:
    return f"passerby-{hashlib.sha256(str(profile.resolve()).encode()).hexdigest()[:20]}"
