"""Who may come to the front of the screen."""

import sys


def allow_raising() -> None:
    """Let another process raise its window although this one was started last.

    Only Windows asks for it: there a window in the background may not take the focus unless the
    process that has it agrees.
    """
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(-1)  # ASFW_ANY
