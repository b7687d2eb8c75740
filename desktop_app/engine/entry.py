"""The engine as something to start: importing this imports none of its libraries.

The interface names run to the new process, which alone then loads aiortc, OpenCV and the rest.
"""

import gc
from multiprocessing.connection import Connection

from desktop_app.engine import heap


def run(pipe: Connection, picture_blocks: dict[str, str]) -> None:
    """Be the engine, as process.run says."""
    heap.keep_freed_pages()  # The libraries begin threads while they are loaded.
    # Looking through what imports make, again and again, took a tenth of the start.
    gc.disable()
    from desktop_app.engine import process

    process.run(pipe, picture_blocks)
