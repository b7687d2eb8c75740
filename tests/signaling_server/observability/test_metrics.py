"""The histograms of what happens thousands of times a second."""

from hypothesis import given
from hypothesis import strategies as st

from signaling_server.observability.metrics import COUNTED_AT_ONCE, Spread

BOUNDS = (0.5, 1.0, 5.0)


@given(
    st.lists(st.sampled_from((0.0, 0.5, 0.7, 1.0, 4.0, 5.0, 9.0)), max_size=30), st.integers(0, 2)
)
def test_each_figure_is_counted_below_every_bound_it_does_not_exceed(
    figures: list[float], rounds: int
):
    spread = Spread(BOUNDS)
    told = figures + rounds * COUNTED_AT_ONCE * [1.0]

    for figure in told:
        spread.add(figure)
    counts = {
        sample.labels["le"]: sample.value
        for sample in spread.family("spread", "A spread").samples
        if sample.name == "spread_bucket"
    }

    assert counts == {
        **{str(bound): sum(figure <= bound for figure in told) for bound in BOUNDS},
        "+Inf": len(told),
    }


def test_what_was_asked_for_is_not_counted_again():
    spread = Spread(BOUNDS)
    spread.add(0.7)

    for _ in range(2):
        samples = {sample.name: sample.value for sample in spread.family("spread", "").samples}

    assert (samples["spread_count"], samples["spread_sum"]) == (1, 0.7)
