"""A rounded view of one stream. Overlays are its child widgets."""

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QHideEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QShowEvent,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui.video.live_image import LiveImage


class PictureView(QWidget):
    """fill crops the picture to cover the view, otherwise it is fitted between bars."""

    picture_shown = Signal(bool)
    """Whether there is a picture, when that changes."""

    def __init__(
        self, live: LiveImage, *, fill: bool, radius: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._live = live
        self.fill = fill
        self._radius = radius
        self._has_picture = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def pixel_size(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        ratio = self.devicePixelRatioF()
        return round(self.width() * ratio), round(self.height() * ratio)

    @property
    def has_picture(self) -> bool:
        return self._has_picture

    def renew(self) -> None:
        """Paint soon: the picture is another one, or gone."""
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._live.attach(self)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._live.detach(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._live.measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        image = self._live.image
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if image is None:
            painter.setBrush(self.palette().color(QPalette.ColorRole.Shadow))
            painter.drawRoundedRect(self.rect(), self._radius, self._radius)
        else:
            self._paint_picture(painter, image)
        painter.end()
        self._live.note_painted()
        if self._has_picture != (image is not None):
            self._has_picture = image is not None
            self.picture_shown.emit(self._has_picture)

    def _paint_picture(self, painter: QPainter, image: QImage) -> None:
        target = self._target(image)
        view = QRectF(self.rect())
        scale = target.width() / image.width()
        is_scaled = abs(scale * self.devicePixelRatioF() - 1) > 0.004
        touches = target.x() < self._radius and target.y() < self._radius
        radius = self._radius if touches else 0
        if target.width() < view.width() - 1 or target.height() < view.height() - 1:
            self._paint_bars(painter, view, target, under=radius or 1)
        if not radius and not is_scaled:
            painter.drawImage(target, image)  # copied, where a brush is read pixel by pixel
            return
        if is_scaled:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        brush = QBrush(image)
        brush.setTransform(QTransform.fromTranslate(target.x(), target.y()).scale(scale, scale))
        painter.setBrush(brush)
        painter.setBrushOrigin(QPointF(0, 0))
        painter.drawRoundedRect(target.intersected(view), radius, radius)

    def _paint_bars(self, painter: QPainter, view: QRectF, target: QRectF, under: int) -> None:
        """Fill what the picture leaves free, and so many pixels beneath its edges.

        A rounded rectangle behind all of it took as long as the picture itself.
        """
        radius = self._radius
        painter.setBrush(self.palette().color(QPalette.ColorRole.Shadow))
        left, top, right, bottom = QRectF(view), QRectF(view), QRectF(view), QRectF(view)
        left.setRight(target.left() + under)
        top.setBottom(target.top() + under)
        right.setLeft(target.right() - under)
        bottom.setTop(target.bottom() - under)
        bars = []
        if target.left() > view.left():
            bars += [(left, QMarginsF(0, 0, radius, 0)), (right, QMarginsF(radius, 0, 0, 0))]
        if target.top() > view.top():
            bars += [(top, QMarginsF(0, 0, 0, radius)), (bottom, QMarginsF(0, radius, 0, 0))]
        for bar, beyond in bars:
            painter.setClipRect(bar)
            painter.drawRoundedRect(bar.marginsAdded(beyond), radius, radius)
        painter.setClipping(False)

    def _target(self, image: QImage) -> QRectF:
        """Where the whole picture goes, in widget coordinates; beyond the view when cropped."""
        view = QRectF(self.rect())
        by_width, by_height = view.width() / image.width(), view.height() / image.height()
        scale = max(by_width, by_height) if self.fill else min(by_width, by_height)
        pixel = 1 / self.devicePixelRatioF()
        if abs(scale / pixel - 1) < 2 / max(1, image.width()):
            scale = pixel
        width, height = image.width() * scale, image.height() * scale
        left = round((view.width() - width) / 2 / pixel) * pixel
        top = round((view.height() - height) / 2 / pixel) * pixel
        return QRectF(left, top, width, height)
