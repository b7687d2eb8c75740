"""What the system is asked about camera and microphone; only macOS ever says no here."""

import sys

import pytest
from PySide6.QtWidgets import QApplication

from desktop_app.engine_messages import DeviceKind
from desktop_app.host.permissions import ask_permission, ask_through_qt


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS asks the person")
@pytest.mark.parametrize("kind", list(DeviceKind))
def test_a_system_that_asks_nobody_agrees_at_once(kind: DeviceKind):
    answers: list[bool] = []
    ask_permission(kind, answers.append)

    assert answers == [True]


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS asks the person")
@pytest.mark.parametrize("kind", list(DeviceKind))
def test_qt_answers_for_every_kind_of_device(application: QApplication, kind: DeviceKind):
    """On this system it always agrees; what is looked at is that its answer comes back."""
    answers: list[bool] = []
    ask_through_qt(kind, answers.append)
    application.processEvents()

    assert answers == [True]
