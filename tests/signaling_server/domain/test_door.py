from ipaddress import ip_address, ip_network

import pytest

from signaling_server.domain import door as door_module
from signaling_server.domain.allowance import Rate, Rates, hourly
from signaling_server.domain.door import Door, DoorRules, network_of, without_mapping
from signaling_server.protocol.proofs import WORK_BITS_MAX
from tests.signaling_server.conftest import ManualClock

HERE, THERE = ip_address("192.0.2.1"), ip_address("198.51.100.1")
PLENTY = Rate(1_000, 1_000_000)


def door(clock: ManualClock, **changed: object) -> Door:
    rules = {
        "sockets": 3,
        "connects": Rate(1, 5),
        "said": Rates(Rate(1, 4), Rate(1, 2), Rate(10, 100), hourly(2)),
        "work_from_connects_per_s": 100.0,
        **changed,
    }
    return Door(DoorRules(**rules), clock)  # type: ignore[arg-type]  # by name


def test_an_address_has_so_many_sockets_at_a_time(clock: ManualClock):
    entrance = door(clock)
    assert [entrance.enter(HERE) for _ in range(3)] == [0, 0, 0]

    assert entrance.enter(HERE) > 0
    assert entrance.enter(THERE) == 0
    entrance.leave(HERE)
    assert entrance.enter(HERE) == 0


def test_an_address_connects_at_a_rate(clock: ManualClock):
    entrance = door(clock)
    for _ in range(5):
        assert entrance.enter(HERE) == 0
        entrance.leave(HERE)

    assert entrance.enter(HERE) == 1.0
    clock.advance(1.0)
    assert entrance.enter(HERE) == 0


def test_an_address_has_so_many_connections_on_their_way_to_a_socket(clock: ManualClock):
    entrance = door(clock, connects=PLENTY)
    assert [entrance.arrive(HERE) for _ in range(4)] == [True, True, True, False]

    assert entrance.arrive(THERE)
    entrance.has_arrived(HERE)
    assert entrance.arrive(HERE)


def test_an_address_that_floods_is_not_even_answered(clock: ManualClock):
    entrance = door(clock)
    for _ in range(10):
        assert entrance.arrive(HERE)
        entrance.has_arrived(HERE)

    assert not entrance.arrive(HERE)
    clock.advance(0.5)
    assert entrance.arrive(HERE)


def test_a_site_of_ipv6_counts_as_one_address(clock: ManualClock):
    entrance = door(clock)
    for neighbour in ("2001:db8:0:7::1", "2001:db8:0:7:2:3:4:5", "2001:db8:0:7:ffff::"):
        assert entrance.enter(ip_address(neighbour)) == 0

    assert entrance.enter(ip_address("2001:db8:0:7::9")) > 0
    assert entrance.enter(ip_address("2001:db8:0:8::9")) == 0


def test_an_ipv4_address_in_ipv6_is_itself():
    assert without_mapping(ip_address("::ffff:192.0.2.1")) == HERE


def test_sockets_of_an_address_share_what_they_may_say(clock: ManualClock):
    entrance = door(clock)
    said = entrance.said_by(HERE)
    assert said is not None
    assert said is entrance.said_by(HERE)
    assert [said.take_message(clock.now, 1) for _ in range(4)] == [0] * 4

    assert said.take_message(clock.now, 1) == 1.0
    clock.advance(2)
    assert said.take_message(clock.now, 101) > 0


def test_no_limit_holds_for_the_addresses_that_are_listed(clock: ManualClock):
    entrance = door(clock, unlimited=(ip_network("192.0.2.0/24"),))

    assert {entrance.enter(HERE) for _ in range(1_000)} == {0.0}
    assert entrance.said_by(HERE) is None
    assert entrance.work_for(HERE) == 0


def test_an_address_that_is_listed_takes_no_part_in_the_count_of_its_site(clock: ManualClock):
    listed, neighbour = ip_address("2001:db8::1"), ip_address("2001:db8::2")
    entrance = door(clock, unlimited=(ip_network("2001:db8::1/128"),))
    for _ in range(3):
        entrance.enter(neighbour)
        entrance.enter(listed)
        entrance.leave(listed)

    assert entrance.enter(neighbour) > 0


def test_quiet_times_ask_for_no_work(clock: ManualClock):
    entrance = door(clock)
    entrance.enter(HERE)

    assert entrance.work_for(HERE) == entrance.work_for(THERE) == 0


def test_work_rises_with_the_load_of_the_server_and_falls_again(clock: ManualClock):
    entrance = door(clock, work_from_connects_per_s=10.0)
    asked = []
    for address in range(2_000):
        entrance.enter(ip_address(address))
        asked.append(entrance.work_for(THERE))

    assert asked[0] == 0
    assert asked == sorted(asked)
    assert asked[-1] == WORK_BITS_MAX
    clock.advance(60)
    assert entrance.work_for(THERE) == 0


def test_work_rises_with_the_faults_of_an_address_and_is_forgiven(clock: ManualClock):
    entrance = door(clock, connects=PLENTY)
    for _ in range(30):
        entrance.enter(HERE)
        entrance.leave(HERE, at_fault=True)

    assert entrance.work_for(HERE) > 6
    assert entrance.work_for(THERE) == 0
    clock.advance(3_600)
    assert entrance.work_for(HERE) == 0


def test_addresses_are_forgotten(clock: ManualClock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(door_module, "REMEMBERED_MAX", 100)
    entrance = door(clock)
    for number in range(1_000):
        entrance.enter(ip_address(number))
        entrance.leave(ip_address(number))

    assert entrance.remembered <= 100


def test_a_report_holds_the_neighbourhood_of_an_address():
    assert network_of(HERE) == "192.0.2.0/24"
    assert network_of(ip_address("2001:db8:0:7::9")) == "2001:db8:0:7::/64"
