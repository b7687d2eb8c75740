"""Keys as a person reads them."""

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

_FOR_WRITING = {
    Qt.Key.Key_Space,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}
_LATIN_LAST = 0x00FFFFFF
"""Key codes up to here are characters (Qt::Key)."""
_EDITING = tuple("ACVXZY")


def key_text(portable: str) -> str:
    """portable is the text in Settings, such as "Ctrl+Return"; the result is for the screen."""
    return shown_key(portable).toString(QKeySequence.SequenceFormat.NativeText)


def shown_key(portable: str) -> QKeySequence:
    """The key as people call it: Enter, whichever of the two is pressed."""
    return _with_key(QKeySequence(portable), Qt.Key.Key_Return, Qt.Key.Key_Enter)


def kept_key(sequence: QKeySequence) -> str:
    """Portable text for Settings, the same for both Enter keys."""
    kept = _with_key(sequence, Qt.Key.Key_Enter, Qt.Key.Key_Return)
    return kept.toString(QKeySequence.SequenceFormat.PortableText)


def shortcuts(portable: str) -> list[QKeySequence]:
    """What is to be listened for: the Enter of the keypad counts as the other one."""
    main = QKeySequence(kept_key(QKeySequence(portable)))
    return list(dict.fromkeys([main, shown_key(portable)])) if portable else []


def _with_key(sequence: QKeySequence, old: Qt.Key, new: Qt.Key) -> QKeySequence:
    if sequence.isEmpty():
        return sequence
    pressed: QKeyCombination = sequence[0]  # type: ignore[index]  # the stub forgets it
    if pressed.key() is not old:
        return sequence
    return QKeySequence(QKeyCombination(pressed.keyboardModifiers(), new))


def types_text(sequence: QKeySequence) -> bool:
    """Whether one needs this key to write in the chat."""
    if sequence.isEmpty():
        return False
    pressed: QKeyCombination = sequence[0]  # type: ignore[index]  # the stub forgets it
    key, modifiers = pressed.key(), pressed.keyboardModifiers()
    character = key <= _LATIN_LAST
    if modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
        return character or key in _FOR_WRITING
    plain_control = modifiers == Qt.KeyboardModifier.ControlModifier
    return plain_control and character and chr(key) in _EDITING
