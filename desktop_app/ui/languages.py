"""The languages that people can say they speak, each by its own name."""

from PySide6.QtCore import QLocale

_TAGS = (
    "af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu he hi hr hu "
    "hy id is it ja ka kk km kn ko ky lo lt lv mk ml mn mr ms my nb ne nl pa pl ps pt ro ru "
    "si sk sl so sq sr sv sw ta te tg th tk tr uk ur uz vi yo zh zu"
)

TAGS = tuple(_TAGS.split())
"""Of BCP 47, without regions: who understands whom hangs on the language."""

_OWN_NAMES = {"en": "English", "es": "Español", "ka": "ქართული", "zh": "中文"}
"""Where Qt names a country's kind of the language, or capitals that nobody uses."""


def language_name(tag: str) -> str:
    """The language's own name for itself; the tag where Qt knows none."""
    if tag in _OWN_NAMES:
        return _OWN_NAMES[tag]
    name = QLocale(tag).nativeLanguageName()
    return name[:1].upper() + name[1:] if name else tag
