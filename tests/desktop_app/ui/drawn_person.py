"""Somebody for pictures of the screens, drawn."""

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter


def person(width: int, height: int, shirt: str) -> np.ndarray:
    """A drawn person before a coloured wall, BGRX."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    wall = QLinearGradient(0, 0, width, height)
    wall.setColorAt(0, QColor("#6d7f5a"))
    wall.setColorAt(0.5, QColor("#b98a5c"))
    wall.setColorAt(1, QColor("#5a3f52"))
    painter.fillRect(image.rect(), wall)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(shirt))
    body = QRect(0, 0, int(height * 0.9), int(height * 0.9))
    body.moveCenter(QRect(0, int(height * 0.62), width, height).center())
    painter.drawEllipse(body)
    painter.setBrush(QColor("#dfb190"))
    face = QRect(0, 0, int(height * 0.42), int(height * 0.46))
    face.moveCenter(QRect(0, 0, width, int(height * 0.86)).center())
    painter.drawEllipse(face)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8)
    return pixels.reshape(height, width, 4).copy()
