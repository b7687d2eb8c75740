"""Draws docs/phases.md from the phase table; --check only says whether it is right.

python -m build_scripts.draw_phases [--check]
"""

import sys
from pathlib import Path

from desktop_app.session.phases import TRANSITIONS, Phase

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "phases.md"

_TEXT = """\
# The phases of a call

Drawn from `desktop_app/session/phases.py` by `python -m build_scripts.draw_phases`.

```mermaid
stateDiagram-v2
    [*] --> {start}
{steps}
```
"""


def drawn() -> str:
    """Return the document as the table has it."""
    steps = "\n".join(
        f"    {before} --> {after}: {step}"
        for before, ways in TRANSITIONS.items()
        for step, after in ways.items()
    )
    return _TEXT.format(start=Phase.IDLE, steps=steps)


def main(arguments: list[str]) -> int:
    current = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    if current == drawn():
        return 0
    if "--check" in arguments:
        print("docs/phases.md differs from the code: python -m build_scripts.draw_phases")
        return 1
    DOCUMENT.write_text(drawn(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
