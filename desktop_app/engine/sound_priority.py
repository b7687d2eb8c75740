"""A thread whose work is heard goes before others: on a machine that is too busy for everything,
pictures are left out, and the voice goes on.
"""

import ctypes
import os
import sys
import threading
from contextlib import suppress

LINUX_NICE = -11
"""As PulseAudio takes it for itself."""
WINDOWS_HIGHEST = 2
"""THREAD_PRIORITY_HIGHEST of processthreadsapi.h."""
MACOS_USER_INTERACTIVE = 0x21
"""QOS_CLASS_USER_INTERACTIVE of sys/qos.h."""


def raise_priority() -> None:
    """Raise the calling thread, and those it starts on Linux, as far as the system lets it.

    Linux lets whoever has the right to (RLIMIT_NICE, CAP_SYS_NICE), Windows and macOS everybody.
    """
    if sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        kernel.GetCurrentThread.restype = ctypes.c_void_p
        kernel.SetThreadPriority(ctypes.c_void_p(kernel.GetCurrentThread()), WINDOWS_HIGHEST)
    elif sys.platform == "darwin":
        ctypes.CDLL(None).pthread_set_qos_class_self_np(MACOS_USER_INTERACTIVE, 0)
    else:
        import resource

        thread = threading.get_native_id()
        now = os.getpriority(os.PRIO_PROCESS, thread)
        allowed = 20 - resource.getrlimit(resource.RLIMIT_NICE)[0]
        for nice in (LINUX_NICE, allowed):
            # A sandbox may answer with any error.
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, thread, min(nice, now))
                return
