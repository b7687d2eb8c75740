"""What a server tells Redis of the people who wait."""

from random import Random

import pytest

from signaling_server.backends.memory.waiting_line import MemoryLine
from signaling_server.backends.redis.line import Operation, SharedLine
from signaling_server.domain.criteria import criteria_of
from signaling_server.domain.peer import NodeId, Peer
from signaling_server.domain.widening import Stage
from signaling_server.protocol.messages import Scope
from tests.signaling_server.backends.waiting import peer


class Line(SharedLine):
    """Told to Redis at once, so many at a time."""

    def __init__(self) -> None:
        super().__init__(NodeId("here"), MemoryLine(Random(1)))
        self.is_shared = True

    def seek(self, seeker: Peer) -> None:
        self.discard(seeker)
        self.find(seeker)
        self.add(seeker)

    def told(self, most: int = 1_000) -> list[Operation]:
        taken = self.take_operations(most)
        return taken[1] if taken is not None else []


@pytest.fixture
def line() -> Line:
    return Line()


def test_who_waits_is_told_once(line: Line):
    ann = peer()
    line.seek(ann)
    line.seek(ann)

    assert [operation[1]["l"] for operation in line.told() if len(operation) == 2] == [True]
    assert line.told() == []


def test_a_search_is_described_as_it_is_when_it_is_told(line: Line):
    ann = peer(interests=["jazz"], scope=Scope.PREFER)
    line.seek(ann)
    ann.stage = Stage.ANYBODY
    ann.criteria = criteria_of(ann.wishes, ann.stage)
    line.seek(ann)

    (_, described) = line.told()[0]
    assert described["o"] == ann.criteria.offered


def test_once_redis_is_back_everybody_is_told_again_and_looks(line: Line):
    people = [peer() for _ in range(5)]
    for person in people:
        line.add(person)
    line.told()
    line.tell_again()

    told = line.told(3) + line.told(3)
    assert [operation[1]["l"] for operation in told if len(operation) == 2] == [True] * 5


def test_who_was_taken_out_by_redis_is_not_told_to_be_out(line: Line):
    ann, bob = peer(), peer()
    for person in (ann, bob):
        line.seek(person)
    line.take([line.told()[0][0]])
    for person in (ann, bob):
        line.discard(person)

    assert [len(operation) for operation in line.told()] == [1]
