"""A load process: reads its order as JSON, does one job, prints what it measured as JSON."""

import json
import os
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil

from tests.benchmarks import process_tree
from tests.benchmarks.signaling.crowd import DEADLINE_S, Crowd, Person, Stuck, talk_in_pairs
from tests.benchmarks.signaling.dialects import DIALECTS

Order = dict[str, Any]
Measured = dict[str, Any]
SETTLED_S = 2.0
GOING_AGAIN_S = 0.5
"""What a server that stood still needs until everybody is under way again."""


def main() -> int:
    order = json.loads(sys.argv[1])
    if cores := order.get("cores"):
        os.sched_setaffinity(0, cores)
    try:
        print(json.dumps(_JOBS[order["job"]](order)), flush=True)
    except Stuck as stuck:
        print(f"{order['dialect']}, {order['job']}: {stuck}", file=sys.stderr)
        return 1
    return 0


def _crowd(order: Order) -> Crowd:
    return Crowd(DIALECTS[order["dialect"]](), order["port"], order["connections"])


def hold(order: Order) -> Measured:
    """Connect everybody and look at the server's memory before and after."""
    before = _memory_kb(order["pid"])
    crowd = _crowd(order)
    crowd.come()
    crowd.run_for(SETTLED_S)
    held = sum(person.welcomed for person in crowd.people)
    return {"connections": held, "kb": (_memory_kb(order["pid"]) - before) / held}


def saturate(order: Order) -> Measured:
    """A few of many press next as fast as they are answered; pairings counted by the clock.

    Says so when everybody is there; then prints what was counted whenever a line comes, until the
    lines end.
    """
    crowd = _crowd(order)
    crowd.come()
    done = _press_on(crowd, crowd.people[: order["active"]])
    crowd.run_for(SETTLED_S)
    print("there", flush=True)
    while sys.stdin.readline():
        crowd.run_for(GOING_AGAIN_S)
        print(json.dumps(_counted(crowd, order, done, order["seconds"])), flush=True)
    return {}


def pace(order: Order) -> Measured:
    """Everybody presses next now and then, at random, at so many pairings a second in all."""
    crowd, waits = _crowd(order), list[float]()
    crowd.come()
    crowd.on_match = lambda _, wait_s: waits.append(wait_s)
    _press_at_random(crowd, order["pairings_per_s"], SETTLED_S)
    waits.clear()
    began, server = time.monotonic(), process_tree.cpu_seconds(order["pid"])
    _press_at_random(crowd, order["pairings_per_s"], order["seconds"])
    elapsed = time.monotonic() - began
    return {
        "waits_ms": [round(wait_s * 1e3, 3) for wait_s in waits],
        "pairings_per_s": len(waits) / 2 / elapsed,
        "cpu_core": (process_tree.cpu_seconds(order["pid"]) - server) / elapsed,
    }


def press_many_nexts(order: Order) -> Measured:
    """Press next so many times and look at the server's memory on the way."""
    crowd = _crowd(order)
    crowd.come()
    done = _press_on(crowd, crowd.people[: order["active"]])
    nexts, memory_kb = order["nexts"], list[float]()
    for mark in range(1, 11):
        deadline = time.monotonic() + DEADLINE_S
        while done() < nexts * mark / 10:
            crowd.run_for(0.1)
            if time.monotonic() > deadline:
                raise Stuck(f"{done()} of {nexts} nexts")
        memory_kb.append(_memory_kb(order["pid"]))
    return {"memory_kb": memory_kb}


def come_back(order: Order) -> Measured:
    """Be there, half of all in calls; when told that the server is new, come back at once.

    Prints a line when everybody is there, and waits for a line before coming back.
    """
    crowd = _crowd(order)
    crowd.come()
    for person in crowd.people[: order["connections"] // 2]:
        crowd.press_next(person)
        crowd.poll()
    crowd.run_for(SETTLED_S)
    in_call = sum(bool(person.call) for person in crowd.people)
    print("there", flush=True)
    sys.stdin.readline()
    crowd.go()
    crowd.refused = 0
    back_s = crowd.come(at_once=order["connections"])
    crowd.run_for(SETTLED_S)
    return {
        "all_back_s": back_s,
        "back": sum(person.welcomed for person in crowd.people),
        "in_call": in_call,
        "in_call_again": sum(person.resumed_call for person in crowd.people),
        "refused": crowd.refused,
    }


def mix(order: Order) -> Measured:
    """Press next at random, and let some drop and come back all the time; look at the memory.

    Whose socket has ended without that, closed by the server or too full, comes back with them.
    """
    crowd, memory_kb = _crowd(order), list[float]()
    crowd.come()
    nexts = drops = losses = resumed = 0

    def count(_person: Person, _wait_s: float) -> None:
        nonlocal nexts
        nexts += 1

    crowd.on_match = count
    for _ in range(10):
        end = time.monotonic() + order["seconds"] / 10
        while time.monotonic() < end:
            _press_at_random(crowd, order["pairings_per_s"], min(1.0, order["seconds"] / 20))
            here = [person for person in crowd.people if person.is_here]
            lost = [person for person in crowd.people if not person.is_here]
            losses += len(lost)
            dropped = lost + random.sample(here, min(len(here), len(crowd.people) // 100 or 1))
            for person in dropped:
                person.wire.close()
                person.welcomed = person.searching = False
            crowd.come_again(dropped)
            drops += len(dropped)
            resumed += sum(person.resumed for person in dropped)
        memory_kb.append(_memory_kb(order["pid"]))
        print(f"{nexts} nexts, {memory_kb[-1] / 1024:.2f} MB", file=sys.stderr)
    return {
        "memory_kb": memory_kb,
        "nexts": nexts,
        "drops": drops,
        "losses": losses,
        "resumed": resumed,
    }


_JOBS: dict[str, Callable[[Order], Measured]] = {
    job.__name__: job for job in (hold, saturate, pace, press_many_nexts, come_back, mix)
}


def _press_on(crowd: Crowd, active: list[Person]) -> Callable[[], int]:
    """Let these press next without end; return what counts how often it was done."""
    done = 0

    def go_on(person: Person) -> None:
        nonlocal done
        done += 1
        if crowd.dialect.pairs:
            crowd.press_next(person)
        else:
            person.relayed = 0
            crowd.talk(person)

    crowd.on_done = go_on
    if not crowd.dialect.pairs:
        talk_in_pairs(crowd, active)
    for person in active:
        if crowd.dialect.pairs:
            crowd.press_next(person)
        else:
            crowd.talk(person)
    return lambda: done


def _counted(crowd: Crowd, order: Order, done: Callable[[], int], seconds: float) -> Measured:
    began, before = time.monotonic(), done()
    server, own = process_tree.cpu_seconds(order["pid"]), time.process_time()
    redis = _redis_seconds(order)
    crowd.run_for(seconds)
    elapsed, pairings = time.monotonic() - began, (done() - before) / 2
    if not pairings:
        raise Stuck("nobody was paired")
    return {
        "pairings_per_s": pairings / elapsed,
        "server_core": (process_tree.cpu_seconds(order["pid"]) - server) / elapsed,
        "load_core": (time.process_time() - own) / elapsed,
        "redis_core": (_redis_seconds(order) - redis) / elapsed,
    }


def _redis_seconds(order: Order) -> float:
    return process_tree.cpu_seconds(order["redis"]) if "redis" in order else 0.0


def _press_at_random(crowd: Crowd, pairings_per_s: float, seconds: float) -> None:
    now = time.monotonic()
    due, end = now, now + seconds
    while now < end:
        while due <= now:
            due += random.expovariate(2 * pairings_per_s)
            person = random.choice(crowd.people)
            if person.is_here and not person.searching:
                crowd.press_next(person)
        crowd.poll()
        now = time.monotonic()


def _memory_kb(pid: int) -> float:
    """Return the memory of the process that no other shares."""
    return float(psutil.Process(pid).memory_full_info().uss) / 1024


if __name__ == "__main__":
    sys.exit(main())
