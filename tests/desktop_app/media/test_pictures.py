"""The newest picture of a stream, and the slots that change hands."""

import os
import subprocess
from collections.abc import Iterator
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import pytest

from desktop_app.engine_messages import SLOT_BYTES, Picture, Stream
from desktop_app.media.pictures import PictureFeed, remove_leftover_blocks


@pytest.fixture
def released() -> list[int]:
    """Slots that went back to the engine."""
    return []


@pytest.fixture
def feed(released: list[int]) -> Iterator[PictureFeed]:
    feed = PictureFeed(Stream.STRANGER, lambda _, slot: released.append(slot))
    yield feed
    feed.close()


def picture(number: int, slot: int) -> Picture:
    return Picture(stream=Stream.STRANGER, slot=slot, width=4, height=2, number=number, call="c")


def number_of(feed: PictureFeed) -> int | None:
    taken = feed.take()
    return taken.number if taken is not None else None


def test_the_newest_picture_wins_and_the_one_it_overtook_goes_back(
    feed: PictureFeed, released: list[int]
):
    feed.put(picture(1, slot=0))
    feed.put(picture(2, slot=1))

    assert number_of(feed) == 2
    assert released == [0]


def test_a_painted_slot_goes_back_only_when_the_next_is_taken(
    feed: PictureFeed, released: list[int]
):
    feed.put(picture(1, slot=0))
    assert number_of(feed) == 1
    feed.put(picture(2, slot=1))
    assert released == []

    assert number_of(feed) == 2
    assert released == [0]


def test_a_picture_can_be_painted_again(feed: PictureFeed, released: list[int]):
    feed.put(picture(1, slot=2))

    assert [number_of(feed), number_of(feed)] == [1, 1]
    assert released == []


def test_the_pixels_are_those_the_engine_wrote(feed: PictureFeed):
    block = SharedMemory(name=feed.block_name)
    assert block.buf is not None
    block.buf[SLOT_BYTES : SLOT_BYTES + 32] = bytes(range(32))
    feed.put(picture(1, slot=1))

    taken = feed.take()

    assert taken is not None
    assert bytes(taken.pixels) == bytes(range(32))
    taken.pixels.release()
    block.close()


def test_clearing_gives_everything_back_and_tells(feed: PictureFeed, released: list[int]):
    news: list[None] = []
    feed.arrived.connect(news.append)
    feed.put(picture(1, slot=0))
    feed.take()
    feed.put(picture(2, slot=1))

    feed.clear()

    assert sorted(released) == [0, 1]
    assert feed.is_empty
    assert feed.take() is None
    assert len(news) == 3


def test_nothing_goes_back_to_an_engine_that_is_gone(feed: PictureFeed, released: list[int]):
    feed.put(picture(1, slot=0))

    feed.forget()

    assert released == []
    assert feed.is_empty


def test_a_closed_feed_leaves_no_block_behind():
    feed = PictureFeed(Stream.SELF, lambda *_: None)
    name = feed.block_name

    feed.close()

    with pytest.raises(FileNotFoundError):
        SharedMemory(name=name)


def test_blocks_of_applications_that_are_gone_are_removed(tmp_path: Path):
    gone = subprocess.Popen(["true"])
    gone.wait()
    ours, left = tmp_path / f"passerby-{os.getpid()}-1a2b", tmp_path / f"passerby-{gone.pid}-3c4d"
    foreign = tmp_path / "passerby-notes-of-somebody"
    for path in (ours, left, foreign):
        path.touch()

    remove_leftover_blocks(tmp_path)

    assert set(tmp_path.iterdir()) == {ours, foreign}
