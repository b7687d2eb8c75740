"""Links from the system: macOS's events, and nobody else's."""

import pytest
from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from desktop_app.host.links import LinkEvents, follow_links


def test_links_are_followed_where_the_system_sends_them(
    application: QApplication, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.platform", "darwin")
    links: list[str] = []
    follow_links(application, links.append)
    for address in ("passerby://example.org", "file:///tmp/x", "passerby://example.net"):
        application.sendEvent(application, QFileOpenEvent(QUrl(address)))
    for filter in application.findChildren(LinkEvents):
        application.removeEventFilter(filter)
        filter.setParent(None)

    assert links == ["passerby://example.org", "passerby://example.net"]


def test_elsewhere_no_event_of_the_application_passes_through_python(
    application: QApplication, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.platform", "linux")
    children = application.findChildren(QObject)
    follow_links(application, lambda _link: None)

    assert application.findChildren(QObject) == children
