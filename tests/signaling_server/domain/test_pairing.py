from collections import Counter
from random import Random

from signaling_server.domain.pairing import may_meet, secret_of, stranger_name
from signaling_server.domain.peer import Peer
from signaling_server.domain.waiting_line import WaitingLine
from signaling_server.protocol import limits
from signaling_server.protocol.messages import Mode, QueueJoin, SessionId

ANYBODY = QueueJoin(search=1, mode=Mode.VIDEO)


def peer(name: str, identity: str | None = None, search: QueueJoin = ANYBODY) -> Peer:
    made = Peer(SessionId(name), secret_of(identity), frozenset())
    made.search = search
    return made


def test_a_strangers_name_lasts_and_is_the_viewers_own():
    ann, bob, cid = peer("1", "ann"), peer("2", "bob"), peer("3", "cid")
    ann_later, bob_later = peer("4", "ann"), peer("5", "bob")

    assert stranger_name(ann, bob) == stranger_name(ann_later, bob_later)
    assert stranger_name(ann, bob) != stranger_name(cid, bob)
    assert stranger_name(ann, bob) != stranger_name(ann, cid)
    assert len(stranger_name(ann, bob)) == 22


def test_a_stranger_without_identity_has_a_name_for_its_session():
    ann, bob = peer("1", "ann"), peer("2")

    assert stranger_name(ann, bob) == stranger_name(ann, bob)
    assert stranger_name(ann, bob) != stranger_name(ann, peer("3"))


def test_an_identity_of_the_longest_kind_has_a_name():
    longest = "ü" * limits.IDENTITY_MAX_CHARACTERS
    assert stranger_name(peer("1", longest), peer("2", longest + "x"))


def test_a_block_holds_in_both_directions():
    ann, bob = peer("1"), peer("2")
    ann.search = QueueJoin(search=1, mode=Mode.VIDEO, blocked=[stranger_name(ann, bob)])

    assert not may_meet(ann, bob, 0)
    assert not may_meet(bob, ann, 0)


def test_recent_partners_meet_again_only_when_both_were_alone_for_long():
    ann, bob = peer("1"), peer("2")
    ann.recent.append(bob.secret)
    ann.waiting_since, bob.waiting_since = 10.0, 12.0

    assert not may_meet(ann, bob, 12 + limits.REPEAT_AFTER_S - 0.01)
    assert may_meet(ann, bob, 12 + limits.REPEAT_AFTER_S)


def test_only_so_many_partners_are_remembered():
    ann, strangers = peer("ann"), [peer(str(n)) for n in range(limits.RECENT_PARTNERS + 1)]
    for stranger in strangers:
        ann.recent.append(stranger.secret)

    assert may_meet(ann, strangers[0], 0)
    assert not any(may_meet(ann, stranger, 0) for stranger in strangers[1:])


def test_the_draw_is_uniform_over_all_who_fit_whatever_their_cameras():
    random, line = Random(3), WaitingLine(Random(3))
    searches = [
        QueueJoin(search=1, mode=Mode.VIDEO, has_camera=has, wants_camera=wants)
        for has in (True, False)
        for wants in (True, False)
        for _ in range(random.randint(1, 3))
    ]
    peers = {str(n): peer(str(n), search=search) for n, search in enumerate(searches)}
    for waiting, search in zip(peers.values(), searches, strict=True):
        line.add(waiting, search)

    found = Counter(
        found.session for _ in range(6_000) if (found := line.find(peer("me"), ANYBODY, 0))
    )

    share = 6_000 / len(peers)
    assert found.keys() == peers.keys()
    assert all(0.75 * share < times < 1.25 * share for times in found.values())


def test_cameras_do_not_matter_without_video():
    line = WaitingLine(Random(3))
    without = QueueJoin(search=1, mode=Mode.VOICE, has_camera=False)
    line.add(ann := peer("ann", search=without), without)
    wants = QueueJoin(search=1, mode=Mode.VOICE, wants_camera=True)

    assert line.find(peer("bob", search=wants), wants, 0) is ann


def test_finding_leaves_the_line_as_it_is():
    line = WaitingLine(Random(3))
    line.add(ann := peer("ann"), ANYBODY)
    line.find(peer("bob"), ANYBODY, 0)

    assert line.count(Mode.VIDEO) == 1
    line.discard(ann, ANYBODY)
    assert line.count(Mode.VIDEO) == 0
