from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling_server.domain.random_bag import RandomBag


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9))))
def test_a_bag_holds_what_a_set_would(steps: list[tuple[bool, int]]):
    bag: RandomBag[int] = RandomBag()
    model: set[int] = set()
    for adds, member in steps:
        if adds:
            bag.add(member)
            model.add(member)
        else:
            bag.discard(member)
            model.discard(member)

        assert len(bag) == len(model)
        assert {bag.draw(Random(1), drawn) for drawn in range(len(bag))} == model


def test_more_draws_than_members_are_an_error():
    bag: RandomBag[str] = RandomBag()
    bag.add("only")
    bag.draw(Random(1), 0)

    with pytest.raises(IndexError):
        bag.draw(Random(1), 1)


def test_each_member_is_as_likely_to_be_drawn():
    random, bag = Random(5), RandomBag[int]()
    for member in range(4):
        bag.add(member)

    drawn = Counter(bag.draw(random, 0) for _ in range(4_000))

    assert all(800 < drawn[member] < 1_200 for member in range(4))
