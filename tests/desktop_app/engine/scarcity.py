"""A process that may open nothing more."""

import contextlib
from collections.abc import Iterator

import pytest


@contextlib.contextmanager
def no_more_files() -> Iterator[None]:
    """Let this process open no file and no socket meanwhile."""
    resource = pytest.importorskip("resource", reason="no such limit here")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
