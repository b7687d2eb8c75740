"""Buttons with an icon that follows the palette and is named for screen readers."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QCursor, QKeyEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton, QWidget

from desktop_app.ui.icons import icon
from desktop_app.ui.parts.plain_words import in_tip, on_button
from desktop_app.ui.parts.styling import set_styled

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_WITHOUT_MODIFIER = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_WINDOW_EVENTS = (QEvent.Type.WindowActivate, QEvent.Type.WindowDeactivate)
_PALETTE_EVENTS = (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange)


class IconButton(QToolButton):
    """A button that is an icon only. role is "round", "flat" or "over" (on a picture)."""

    def __init__(self, name: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._off = False
        self.setProperty("role", role)
        self.setProperty("off", False)
        self.setProperty("compact", False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(20, 20) if role == "round" else QSize(18, 18))
        self._show_icon()

    def set_label(self, text: str) -> None:
        """What the button does, as tool tip and accessible name."""
        self.setToolTip(in_tip(text))
        self.setAccessibleName(text)

    def set_icon(self, name: str, *, off: bool = False) -> None:
        """off marks a device that is switched off."""
        if (name, off) == (self._name, self._off):
            return
        self._name, self._off = name, off
        set_styled(self, "off", off)
        self._show_icon()

    def set_compact(self, compact: bool) -> None:
        """Be a little smaller."""
        set_styled(self, "compact", compact)

    def forget_pointer(self) -> None:
        """Something has opened or closed: Qt may have missed that the pointer went elsewhere."""
        inside = self.rect().contains(self.mapFromGlobal(QCursor.pos()))
        self.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, inside and self.isActiveWindow())
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() in _WINDOW_EVENTS:
            self.forget_pointer()  # A dialog may have opened: no leave event comes through it.
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _press(self, event):
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _PALETTE_EVENTS:
            self._show_icon()

    def _show_icon(self) -> None:
        if self.property("role") == "over":
            colour = QColor("#ffffff")
        else:
            role = QPalette.ColorRole.BrightText if self._off else QPalette.ColorRole.ButtonText
            colour = _enabled(self, role)
        self.setIcon(icon(self._name, colour, _disabled(self)))


class TextButton(QPushButton):
    """A button with words and an icon. role is "primary", "stop", "link", "choice", "tag" or empty."""

    def __init__(self, name: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setProperty("role", role)
        self.setProperty("compact", False)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(_icon_size(""))
        self._show_icon()

    def setText(self, text: str) -> None:
        """Show the words as they are: none of the buttons has a key in them."""
        super().setText(on_button(text))
        self.setIconSize(_icon_size(text))

    def set_compact(self, compact: bool) -> None:
        """Leave less room around the words."""
        set_styled(self, "compact", compact)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _press(self, event):
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _PALETTE_EVENTS:
            self._show_icon()

    def _show_icon(self) -> None:
        if not self._name:
            return
        roles = {
            "primary": QPalette.ColorRole.HighlightedText,
            "stop": QPalette.ColorRole.BrightText,
            "link": QPalette.ColorRole.Link,
        }
        role = roles.get(self.property("role"), QPalette.ColorRole.ButtonText)
        self.setIcon(icon(self._name, _enabled(self, role), _disabled(self)))


def _icon_size(words: str) -> QSize:
    """Wider than high beside words: the style leaves too little room between them."""
    return QSize(26 if words else 18, 18)


def _press(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Let Enter press the button with the focus, whatever window it is in; False for others."""
    plain = event.modifiers() in _WITHOUT_MODIFIER
    if event.key() not in _ENTER or not plain:
        return False
    if not event.isAutoRepeat():
        button.click()
    return True


def _enabled(widget: QWidget, role: QPalette.ColorRole) -> QColor:
    """The colour of an enabled widget, also while this one is not."""
    return widget.palette().color(QPalette.ColorGroup.Active, role)


def _disabled(widget: QWidget) -> QColor:
    return widget.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
