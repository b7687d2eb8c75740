"""The short form of the long load: everybody who drops comes back to the same session."""

from tests.benchmarks.plan import Plan
from tests.benchmarks.signaling import mixed


async def test_people_who_drop_while_others_press_next_all_come_back() -> None:
    figures = await mixed.measure(Plan(sizes=(), repetitions=1, minutes=0.03, people=60))

    found = {figure.name: figure.ours for figure in figures}
    assert found["nexts"] > 0
    assert found["drops"] == found["resumed"] > 0
