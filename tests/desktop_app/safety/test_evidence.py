"""Evidence of a report: what lies in it, and that it fits whatever was said."""

import io
import zipfile

from desktop_app.safety.evidence import EVIDENCE_MAX_BYTES, PICTURE_MAX_BYTES, pack


def test_picture_and_chat_are_files_that_anybody_can_open():
    made = pack(b"a jpeg", [(True, "hello"), (False, "buy this")])

    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.read("picture.jpg") == b"a jpeg"
        assert archive.read("chat.txt").decode() == "reporter: hello\nstranger: buy this"


def test_of_a_long_chat_the_newest_part_fits_beside_the_largest_picture():
    lines = [(False, f"{number} " + "é" * 900) for number in range(200)]
    made = pack(bytes(PICTURE_MAX_BYTES), lines)

    assert len(made) <= EVIDENCE_MAX_BYTES
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.read("chat.txt").decode().endswith("199 " + "é" * 900)
