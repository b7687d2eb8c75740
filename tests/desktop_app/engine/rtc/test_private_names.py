"""Private names of aiortc and aioice stand in the cures, where an update is looked after."""

import re
from pathlib import Path

import desktop_app.engine
from desktop_app.engine.rtc import cures

ENGINE = Path(desktop_app.engine.__file__).parent
CURES = Path(cures.__file__).parent
OWNERS = "ice|transport|peer|connection|sender|receiver|transceiver|protocol|sctp|dtls"
PRIVATE = re.compile(rf"\._[A-Z]\w*__|\b(?:{OWNERS})\._\w")
"""With two underscores as Python writes it outside of its class, or of what a library has made."""


def test_only_cures_touch_what_is_private_to_the_libraries() -> None:
    touching = [
        f"{path.relative_to(ENGINE)}:{number}"
        for path in ENGINE.rglob("*.py")
        if CURES not in path.parents
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if PRIVATE.search(line)
    ]
    assert not touching, "these belong in a cure"
