"""`passerby --self-test`: whether everything this program needs is there and works."""

from desktop_app.self_test.runner import run

__all__ = ["run"]
