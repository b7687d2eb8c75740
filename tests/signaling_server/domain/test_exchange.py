"""Every row of the table in docs/protocol.md: who offers, and whose description goes where."""

from random import Random

import pytest

from signaling_server.domain.exchange import Part, Party, arrange
from signaling_server.protocol.messages import Exchange, Role

OFFERS_NONE = Part(Role.OFFERER, Exchange.CLASSICAL)


def answers(description: str | None) -> Part:
    return Part(Role.ANSWERER, Exchange.CLASSICAL, description)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("ann_pairs", [True, False])
@pytest.mark.parametrize("bob_pairs", [True, False])
def test_the_only_parked_offer_is_used(seed: int, ann_pairs: bool, bob_pairs: bool):
    ann, bob = Party("ann's", ann_pairs), Party(None, bob_pairs)

    assert arrange(ann, bob, Random(seed)) == (OFFERS_NONE, answers("ann's"))
    assert arrange(bob, ann, Random(seed)) == (answers("ann's"), OFFERS_NONE)


@pytest.mark.parametrize("seed", range(8))
def test_of_two_parked_offers_that_of_the_side_which_cannot_pair_is_used(seed: int):
    desktop, browser = Party("desktop's", True), Party("browser's", False)

    assert arrange(desktop, browser, Random(seed)) == (answers("browser's"), OFFERS_NONE)
    assert arrange(browser, desktop, Random(seed)) == (OFFERS_NONE, answers("browser's"))


def test_two_that_can_pair_each_get_the_others_offer_and_random_roles():
    ann, bob = Party("ann's", True), Party("bob's", True)
    outcomes = {arrange(ann, bob, Random(seed)) for seed in range(50)}

    assert outcomes == {
        (
            Part(anns, Exchange.PAIRED, "bob's"),
            Part(bobs, Exchange.PAIRED, "ann's"),
        )
        for anns, bobs in ((Role.OFFERER, Role.ANSWERER), (Role.ANSWERER, Role.OFFERER))
    }


def test_of_two_parked_offers_that_cannot_pair_a_random_one_is_used():
    ann, bob = Party("ann's", False), Party("bob's", False)
    outcomes = {arrange(ann, bob, Random(seed)) for seed in range(50)}

    assert outcomes == {(OFFERS_NONE, answers("ann's")), (answers("bob's"), OFFERS_NONE)}


@pytest.mark.parametrize("pairs", [True, False])
def test_without_parked_offers_a_random_side_offers(pairs: bool):
    ann, bob = Party(None, pairs), Party(None, pairs)
    outcomes = {arrange(ann, bob, Random(seed)) for seed in range(50)}

    assert outcomes == {(OFFERS_NONE, answers(None)), (answers(None), OFFERS_NONE)}
