"""The one door to OpenCV: imported late, tamed, and without its Qt paths."""

import os
from functools import cache
from types import ModuleType

from desktop_app.engine.loading import LOADING


@cache
def load_cv2() -> ModuleType:
    """Import OpenCV, single-threaded and silent. Takes a third of a second the first time.

    The wheel points Qt at plugins of its own: a later Qt in this process must not find them.
    """
    with LOADING:
        os.environ.setdefault("OPENCV_AVFOUNDATION_SKIP_AUTH", "1")
        import cv2

        for variable in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
            os.environ.pop(variable, None)
        cv2.setNumThreads(1)
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2
