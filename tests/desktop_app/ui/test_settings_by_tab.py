"""Tab goes through the settings as the eye does."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from desktop_app.settings.model import Block, Server
from desktop_app.ui.settings.dialog import SettingsDialog
from tests.desktop_app.ui.stage_set import SERVER, StageSet

SAME_LINE_PX = 20


def by_tab(dialog: SettingsDialog, page: QWidget) -> list[QWidget]:
    """What Tab reaches on the page that is shown, in turn."""
    dialog.names.setFocus()
    reached: list[QWidget] = []
    while dialog.focusNextChild() and (at := dialog.focusWidget()) not in reached:
        assert at is not None
        reached.append(at)
    return [widget for widget in reached if page.isAncestorOf(widget)]


@pytest.mark.parametrize("name", ["devices", "servers", "wishes", "preferences", "blocked", "keys"])
def test_tab_goes_down_each_page(
    call: StageSet, dialog: SettingsDialog, app: QApplication, name: str
):
    page = getattr(dialog, name)
    dialog.names.setCurrentRow(dialog.findChild(QStackedWidget).indexOf(page))
    app.processEvents()
    call.store.change(
        servers=(SERVER, Server("ws://other.example:1")),
        interests=("chess", "tea"),
        languages=("en", "fr"),
        blocked=(Block("a", 1), Block("b", 2)),
    )
    app.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    reached = by_tab(dialog, page)
    tops = [widget.mapTo(page.column, QPoint()).y() for widget in reached]

    assert len(reached) > 3 or name == "blocked"
    assert all(below - above > -SAME_LINE_PX for above, below in pairwise(tops))
