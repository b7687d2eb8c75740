"""Who is found in the waiting line, and how likely."""

from collections import Counter
from collections.abc import Iterable
from random import Random

import pytest

from signaling_server.backends.memory.waiting_line import DRAWS_MAX, MemoryLine
from signaling_server.domain.pairing import stranger_name
from signaling_server.domain.peer import Peer
from signaling_server.domain.widening import Stage
from signaling_server.protocol import limits
from signaling_server.protocol.messages import Mode, Scope
from tests.signaling_server.backends.waiting import flood, is_even, peer


def line_of(peers: Iterable[Peer], seed: int = 3) -> MemoryLine:
    line = MemoryLine(Random(seed))
    for one in peers:
        line.add(one)
    return line


def found_by(line: MemoryLine, seeker: Peer, times: int) -> Counter[Peer | None]:
    return Counter(line.find(seeker) for _ in range(times))


def test_the_draw_is_uniform_over_all_who_fit_whatever_their_cameras():
    random = Random(3)
    peers = [
        peer(has_camera=has, wants_camera=wants)
        for has in (True, False)
        for wants in (True, False)
        for _ in range(random.randint(1, 3))
    ]

    assert is_even(found_by(line_of(peers), peer(), 6_000), peers)


def test_who_speaks_several_languages_is_no_more_likely():
    peers = [
        *(peer(languages=["en", "fr"]) for _ in range(3)),
        *(peer(languages=["en"]) for _ in range(3)),
        *(peer(languages=["fr"]) for _ in range(2)),
        peer(),
    ]

    seeker = peer(languages=["fr", "en"])
    assert is_even(found_by(line_of(peers), seeker, 6_000), peers)


def test_who_shares_several_interests_is_no_more_likely_for_one_who_takes_anybody():
    peers = [peer(interests=["jazz", "chess"]), peer(interests=["jazz"]), peer()]
    seeker = peer(interests=["jazz", "chess"], scope=Scope.ANYBODY)

    assert is_even(found_by(line_of(peers), seeker, 3_000), peers)


def test_the_rarest_common_interest_goes_first():
    rare = [peer(interests=["music", "theremin"]) for _ in range(2)]
    line = line_of([*rare, *(peer(interests=["music"]) for _ in range(20))])

    assert is_even(found_by(line, peer(interests=["music", "theremin"]), 1_000), rare)


def test_words_are_compared_in_one_spelling():
    line = line_of([ann := peer(interests=["  Café   Crème "])])

    assert line.find(peer(interests=["CAFE CREME"])) is ann


def test_a_search_widens_from_interest_to_language_to_anybody():
    jazz = {"interests": ["jazz"], "languages": ["en"]}
    others = {
        "shares both": peer(**jazz),
        "speaks the language": peer(Stage.ANYBODY, languages=["en"]),
        "neither": peer(Stage.ANYBODY, languages=["fi"]),
    }
    least = {
        "shares both": Stage.NARROW,
        "speaks the language": Stage.LANGUAGE,
        "neither": Stage.ANYBODY,
    }

    for name, other in others.items():
        line = line_of([other])
        for stage in Stage:
            found = line.find(peer(stage, **jazz))
            assert (found is other) == (stage >= least[name]), (name, stage)


def test_nobody_is_found_before_its_own_search_has_widened_as_far():
    seeker = peer(Stage.REPEATS)
    for stage in Stage:
        line = line_of([peer(stage, interests=["jazz"])])
        assert (line.find(seeker) is not None) == (stage >= Stage.LANGUAGE)


@pytest.mark.parametrize("stage", Stage)
def test_same_interests_only_never_widens_beyond_them(stage: Stage):
    only = peer(stage, interests=["jazz"], scope=Scope.ONLY)
    line = line_of([peer(Stage.REPEATS), peer(Stage.REPEATS, interests=["chess"])])

    assert line.find(only) is None
    line.add(only)
    assert line.find(peer(Stage.REPEATS, interests=["chess"], scope=Scope.ONLY)) is not only


def test_same_interests_only_widens_in_its_languages():
    finn = peer(Stage.ANYBODY, interests=["jazz"], languages=["fi"])
    search = {"interests": ["jazz"], "languages": ["en"], "scope": Scope.ONLY}

    assert line_of([finn]).find(peer(Stage.LANGUAGE, **search)) is None
    assert line_of([finn]).find(peer(Stage.ANYBODY, **search)) is finn


def test_who_names_no_language_meets_everybody():
    line = line_of([finn := peer(languages=["fi"])])
    assert line.find(peer()) is finn

    line = line_of([silent := peer()])
    assert line.find(peer(languages=["fi"])) is silent


def test_nobody_crosses_from_one_pool_or_mode_to_another():
    line = line_of(
        [peer(Stage.REPEATS, pool="owls"), peer(Stage.REPEATS, mode=Mode.TEXT, pool="larks")]
    )
    assert line.find(peer(Stage.REPEATS, pool="larks")) is None


def test_the_one_who_is_allowed_is_found_among_all_who_are_blocked():
    strangers = [peer() for _ in range(limits.BLOCKED_MAX + 1)]
    *blocked, allowed = strangers
    viewer = peer()
    seeker = peer(blocked=[stranger_name(viewer, stranger) for stranger in blocked])
    seeker.secret = viewer.secret

    assert all(line_of(strangers, seed).find(seeker) is allowed for seed in range(5))


class CountingRandom(Random):
    """Counts how often it is asked."""

    asked = 0

    def random(self) -> float:
        self.asked += 1
        return super().random()


def test_a_find_among_the_windows_of_one_person_is_bounded_over_all_groups():
    random = CountingRandom(3)
    line = MemoryLine(random)
    for window in (people := flood()):
        line.add(window)

    assert line.find(people[0]) is None
    # Of several bags one is drawn first, and then a member.
    assert random.asked <= 2 * DRAWS_MAX


def test_whoever_may_be_met_is_found_sooner_or_later_among_the_windows_of_one_person():
    line = line_of([*(people := flood()), stranger := peer(Stage.REPEATS)])

    assert stranger in found_by(line, people[0], 200)


def test_cameras_do_not_matter_without_video():
    line = line_of([ann := peer(mode=Mode.VOICE, has_camera=False)])

    assert line.find(peer(mode=Mode.VOICE, wants_camera=True)) is ann


def test_finding_leaves_the_line_as_it_is_and_discarding_empties_it():
    line = line_of([ann := peer(interests=["jazz"], languages=["en"])])
    line.find(peer())

    assert line.count(Mode.VIDEO) == 1
    ann.criteria = peer(Stage.REPEATS).criteria
    line.discard(ann)
    assert line.count(Mode.VIDEO) == 0
    assert line.find(peer(interests=["jazz"])) is None
