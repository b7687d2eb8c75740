import itertools
from collections import Counter
from random import Random

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
        assert sorted(bag.draws(Random(1))) == sorted(model)


def test_a_series_of_draws_may_be_left_after_any_of_them():
    random, bag = Random(1), RandomBag[int]()
    for member in range(5):
        bag.add(member)
    for length in range(6):
        drawn = list(itertools.islice(bag.draws(random), length))

        assert len(set(drawn)) == length
        assert sorted(bag.draws(random)) == list(range(5))


def test_each_member_is_as_likely_to_be_drawn():
    random, bag = Random(5), RandomBag[int]()
    for member in range(4):
        bag.add(member)

    for place in range(4):
        drawn = Counter(list(bag.draws(random))[place] for _ in range(4_000))

        assert all(800 < drawn[member] < 1_200 for member in range(4))

    drawn = Counter(bag.draw(random) for _ in range(4_000))
    assert all(800 < drawn[member] < 1_200 for member in range(4))
