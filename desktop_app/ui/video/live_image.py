"""The newest picture of one stream, shared by every view that shows it."""

import time
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from desktop_app.engine_messages import PICTURE_BYTES_PER_PIXEL
from desktop_app.media.pictures import PaintablePicture, PaintedPicture, PictureFeed
from desktop_app.presenters.call import SetView

if TYPE_CHECKING:
    from desktop_app.ui.video.picture_view import PictureView


class LiveImage:
    """Holds the one QImage over the shared memory, so that no view paints a slot given back.

    The engine is told the size of the largest view that is visible.
    """

    def __init__(self, feed: PictureFeed, set_view: SetView) -> None:
        self._feed = feed
        self._set_view = set_view
        self._views: list[PictureView] = []
        self._picture: PaintablePicture | None = None
        self._image: QImage | None = None
        self._told: tuple[int, str] | None = None
        self._said = (0, 0, False)
        feed.arrived.connect(self._follow)

    @property
    def image(self) -> QImage | None:
        """The picture to paint now; taken anew at each painting and held by nobody."""
        self._image = self._picture = None
        picture = self._feed.take()
        if picture is None:
            return None
        self._picture = picture
        self._image = QImage(
            picture.pixels,
            picture.width,
            picture.height,
            picture.width * PICTURE_BYTES_PER_PIXEL,
            QImage.Format.Format_RGB32,
        )
        return self._image

    def note_painted(self) -> None:
        """A view has painted the image; told once for each picture."""
        if self._picture is None:
            return
        name = (self._picture.number, self._picture.call)
        if name != self._told:
            self._told = name
            self._feed.painted.emit(PaintedPicture(self._picture, time.monotonic_ns()))

    def attach(self, view: "PictureView") -> None:
        """The view has become visible."""
        if view not in self._views:
            self._views.append(view)
        self.measure()

    def detach(self, view: "PictureView") -> None:
        if view in self._views:
            self._views.remove(view)
        self.measure()

    def measure(self) -> None:
        """A view has come, gone or changed its size."""
        sizes = [(*view.pixel_size, view.fill) for view in self._views]
        largest = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0, False))
        if largest != self._said:
            self._said = largest
            self._set_view(self._feed.stream, *largest)

    def _follow(self, _: None) -> None:
        # The slot may be on its way back: nothing of it is kept.
        self._image = self._picture = None
        for view in self._views:
            view.renew()
