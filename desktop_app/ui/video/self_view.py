"""Oneself, small, in a corner of the stranger's picture; dragged from corner to corner."""

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_app.ui.parts.icon_buttons import IconButton
from desktop_app.ui.video.live_image import LiveImage
from desktop_app.ui.video.picture_view import PictureView

_MARGIN = 14
_SHARE = 0.24
_MIN_WIDTH, _MAX_WIDTH = 120, 300
WAITS_MS = 25
"""For the stranger's next picture, which has what lies over it painted again in any case; less than
from one picture of a camera to the next."""


class SelfView(PictureView):
    """Places itself inside its parent; the parent calls place when its size changes."""

    hide_asked = Signal()

    def __init__(self, live: LiveImage, parent: QWidget) -> None:
        super().__init__(live, fill=True, radius=10, parent=parent)
        self._stage = parent
        self._waiting = QTimer(self, singleShot=True, interval=WAITS_MS)
        self._waiting.setTimerType(Qt.TimerType.PreciseTimer)
        self._waiting.timeout.connect(self.update)
        self._corner = Qt.Corner.TopLeftCorner
        self._grabbed: QPoint | None = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._hide = IconButton("eye-off-outline", "over", self)
        self._hide.clicked.connect(self.hide_asked)
        self._hide.hide()
        self._retranslate()

    @property
    def corner(self) -> Qt.Corner:
        return self._corner

    def renew(self) -> None:
        if not self._waiting.isActive():
            self._waiting.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        if event.rect().contains(self.rect()):
            self._waiting.stop()
        super().paintEvent(event)

    def place(self) -> None:
        """Go to the corner, at a size that suits the parent's."""
        area = self._stage.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        width = min(_MAX_WIDTH, max(_MIN_WIDTH, int(area.width() * _SHARE)))
        spot = QRect(0, 0, width, width * 9 // 16)
        spot.moveTopLeft(area.topLeft())
        if self._corner in (Qt.Corner.TopRightCorner, Qt.Corner.BottomRightCorner):
            spot.moveRight(area.right())
        if self._corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            spot.moveBottom(area.bottom())
        self.setGeometry(spot)
        self._hide.move(width - self._hide.sizeHint().width() - 4, 4)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def enterEvent(self, event: QEvent) -> None:
        self._hide.show()

    def leaveEvent(self, event: QEvent) -> None:
        self._hide.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grabbed = event.position().toPoint()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self.move(self.mapToParent(event.position().toPoint()) - self._grabbed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None:
            return
        self._grabbed = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        middle, stage = self.geometry().center(), self._stage.rect().center()
        corners = {
            (False, False): Qt.Corner.TopLeftCorner,
            (True, False): Qt.Corner.TopRightCorner,
            (False, True): Qt.Corner.BottomLeftCorner,
            (True, True): Qt.Corner.BottomRightCorner,
        }
        self._corner = corners[middle.x() > stage.x(), middle.y() > stage.y()]
        self.place()

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Your own picture"))
        self._hide.set_label(self.tr("Hide your own picture"))
