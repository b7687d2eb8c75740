from signaling_server.domain.pairing import may_meet, secret_of, stranger_name
from signaling_server.domain.peer import Peer
from signaling_server.domain.widening import Stage
from signaling_server.domain.wishes import wishes_of
from signaling_server.protocol import limits
from signaling_server.protocol.messages import Mode, QueueJoin, SessionId

ANYBODY = QueueJoin(search=1, mode=Mode.VIDEO)


def peer(name: str, identity: str | None = None, search: QueueJoin = ANYBODY) -> Peer:
    made = Peer(SessionId(name), secret_of(identity), frozenset())
    made.search, made.wishes = search, wishes_of(search, "")
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


def test_a_block_holds_in_both_directions():
    ann, bob = peer("1"), peer("2")
    search = QueueJoin(search=1, mode=Mode.VIDEO, blocked=[stranger_name(ann, bob)])
    ann.wishes = wishes_of(search, "")

    for stage in Stage:
        ann.stage = bob.stage = stage
        assert not may_meet(ann, bob)
        assert not may_meet(bob, ann)


def test_recent_partners_meet_again_only_in_the_last_stage_of_both():
    ann, bob = peer("1"), peer("2")
    ann.recent.append(bob.secret)

    for ann.stage in Stage:
        for bob.stage in Stage:
            assert may_meet(ann, bob) == (ann.stage is bob.stage is Stage.REPEATS)


def test_only_so_many_partners_are_remembered():
    ann, strangers = peer("ann"), [peer(str(n)) for n in range(limits.RECENT_PARTNERS + 1)]
    for stranger in strangers:
        ann.recent.append(stranger.secret)

    assert may_meet(ann, strangers[0])
    assert not any(may_meet(ann, stranger) for stranger in strangers[1:])
