"""Every state and failure has a sentence, in both languages."""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from itertools import combinations

import pytest
from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import QApplication

from desktop_app.engine_messages import (
    Device,
    DeviceKind,
    DeviceProblem,
    RelayProblem,
    Statistics,
)
from desktop_app.host.start_problem import StartProblem
from desktop_app.presenters.settings import Key
from desktop_app.session.phases import Phase
from desktop_app.session.reporting import ReportOutcome
from desktop_app.session.server_check import ServerCheck
from desktop_app.session.situation import (
    DeviceSituation,
    Ending,
    EngineState,
    Link,
    LinkProblem,
    Situation,
)
from desktop_app.settings.store import StoreProblem
from desktop_app.ui import (
    device_messages,
    figure_messages,
    messages,
    report_messages,
    server_messages,
)
from desktop_app.ui.application import apply_language
from desktop_app.ui.dates import moment
from desktop_app.ui.settings.keys_page import key_name
from signaling_server.protocol.messages import Ban, Mode, ReportReason

SENTENCES: list[tuple[Callable[..., str], type[Enum]]] = [
    (messages.phase, Phase),
    (messages.ending, Ending),
    (messages.engine, EngineState),
    (server_messages.link, Link),
    (server_messages.link_problem, LinkProblem),
    (report_messages.report_reason, ReportReason),
    (report_messages.report_outcome, ReportOutcome),
    (device_messages.device_kind, DeviceKind),
    (messages.mode, Mode),
    (server_messages.relay_problem, RelayProblem),
    (messages.store_problem, StoreProblem),
    (messages.start_problem, StartProblem),
    (key_name, Key),
    *[
        (lambda problem, kind=kind: device_messages.device_problem(kind, problem), DeviceProblem)
        for kind in DeviceKind
    ],
]
TALKING = Situation(mode=Mode.VIDEO, phase=Phase.TALKING, link=Link.ONLINE)
SEARCHING = Situation(
    mode=Mode.VIDEO, phase=Phase.SEARCHING, link=Link.ONLINE, engine=EngineState.RUNNING
)


def in_language(app: QApplication, language: str, say: Callable[[], str]) -> str:
    apply_language(app, language)
    return say()


@pytest.mark.parametrize(("words", "kind"), SENTENCES)
def test_every_member_has_words_of_its_own_in_both_languages(app: QApplication, words, kind):
    for language in ("en", "fr"):
        apply_language(app, language)
        said = [words(member) for member in kind]
        assert all(said)
        assert len(set(said)) == len(said)


@pytest.mark.parametrize(("words", "kind"), SENTENCES)
def test_the_french_words_are_not_the_english_ones(app: QApplication, words, kind):
    if kind in (Mode, DeviceKind):
        return  # single words may be alike
    for member in kind:
        english = in_language(app, "en", lambda member=member: words(member))
        assert in_language(app, "fr", lambda member=member: words(member)) != english


def test_a_lost_server_says_that_the_call_goes_on_and_when_it_is_tried_again(app: QApplication):
    lost = Situation(
        mode=Mode.VIDEO,
        phase=Phase.TALKING,
        link=Link.WAITING,
        link_problem=LinkProblem.LOST,
        retry_at=5.0,
    )
    line = server_messages.link_line(lost, 5)

    assert "Your call goes on." in line
    assert "5 s" in line


def test_who_is_banned_reads_until_when_why_and_where_to_object(app: QApplication):
    ban = Ban("harassment", until=1_800_000_000.0, appeal="mods@example.org")
    banned = Situation(mode=Mode.VIDEO, link=Link.REFUSED, link_problem=LinkProblem.BANNED, ban=ban)

    line = server_messages.link_line(banned, None)
    assert "Harassment" in line
    assert "2027" in line
    assert "mods@example.org" in line
    ours = replace(banned, ban=Ban("You sold watches."))
    assert server_messages.link_line(ours, None).endswith("Reason: You sold watches.")


@pytest.mark.parametrize(("language", "written"), [("en", "11/28/2025 "), ("fr", "28/11/2025 ")])
def test_the_year_of_a_date_has_four_digits(app: QApplication, language: str, written: str):
    day = QDateTime(2025, 11, 28, 14, 30, 0)

    assert in_language(app, language, lambda: moment(day)).startswith(written)


def test_a_server_that_is_there_needs_no_words(app: QApplication):
    assert server_messages.link_line(TALKING, None) == ""


def test_a_relay_that_cannot_be_used_is_said_with_what_helps(app: QApplication):
    waiting = replace(SEARCHING, relay_problem=RelayProblem.UNREACHABLE)

    assert messages.headline(waiting, 3) == "Waiting for the server's relay…"
    line = server_messages.link_line(waiting, None)
    assert "does not answer" in line
    assert "direct calls" in line
    assert server_messages.link_line(replace(waiting, phase=Phase.TALKING), None) == ""


def test_the_search_says_how_long(app: QApplication):
    assert messages.headline(SEARCHING, 12) == "Looking for someone… 12 s"
    assert messages.headline(SEARCHING, 0) == "Looking for someone…"


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("en", 1, "1 person online"),
        ("en", 12, "12 people online"),
        ("fr", 1, "1 personne en ligne"),
        ("fr", 12, "12 personnes en ligne"),
    ],
)
def test_people_are_counted_in_the_plural_of_the_language(app, language, count, words):
    assert in_language(app, language, lambda: server_messages.online(count)) == words


def test_a_server_check_says_how_many_are_there(app: QApplication):
    check = ServerCheck("ws://localhost:8765", ok=True, online=12)

    assert server_messages.server_check(check) == "Reachable, 12 people online."


def test_a_missing_device_is_named_with_the_one_in_its_place(app: QApplication):
    camera = DeviceSituation(
        DeviceKind.CAMERA,
        wanted="c920",
        opened=Device(DeviceKind.CAMERA, "int", "Integrated camera"),
        wanted_missing=True,
    )

    assert device_messages.device_note(camera, "Logitech") == (
        "Your Logitech is not there; using Integrated camera."
    )


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (DeviceProblem.BUSY, "is used by another program"),
        (DeviceProblem.DENIED, "may not use"),
        (DeviceProblem.FAILED, "does not deliver"),
    ],
)
def test_a_device_that_is_there_but_does_not_work_is_not_called_missing(
    app: QApplication, problem: DeviceProblem, words: str
):
    camera = DeviceSituation(
        DeviceKind.CAMERA,
        wanted="c920",
        opened=Device(DeviceKind.CAMERA, "int", "Integrated camera"),
        wanted_missing=True,
        wanted_problem=problem,
    )

    note = device_messages.device_note(camera, "Logitech")
    assert words in note
    assert "Logitech" in note and "using Integrated camera" in note


def test_statistics_are_short(app: QApplication):
    measured = Statistics("call", width=1280, height=720, fps=29.6, round_trip_ms=41.7)

    assert figure_messages.statistics(measured).split() == ["720p", "30", "fps", "42", "ms"]
    assert figure_messages.statistics(Statistics("call")) == ""


def test_a_little_loss_is_no_zero(app: QApplication):
    measured = Statistics("call", loss_percent=0.3, received_loss_percent=12.3)

    assert "12 % · 0.3 %" in dict(figure_messages.figures(measured)).values()
    measured = Statistics("call", loss_percent=0.0, received_loss_percent=0.04)
    assert "< 0.1 % · 0 %" in dict(figure_messages.figures(measured)).values()


@pytest.mark.parametrize(
    ("mode", "broken", "words"),
    [
        (Mode.VIDEO, {DeviceKind.CAMERA}, "You can still talk and write."),
        (Mode.VIDEO, set(DeviceKind), "You can still watch and write."),
        (Mode.VOICE, {DeviceKind.CAMERA, DeviceKind.MICROPHONE}, "You can still listen and write."),
        (Mode.VOICE, {DeviceKind.MICROPHONE, DeviceKind.SPEAKER}, "You can still write."),
    ],
)
def test_what_is_left_is_said_once_and_only_what_works(app: QApplication, mode, broken, words):
    devices = [DeviceSituation(kind, problem=DeviceProblem.NO_SOUND_SERVER) for kind in broken]
    notes = device_messages.device_notes(mode, devices)

    assert notes == ["This computer's sound system is not running.", words]


def test_working_devices_and_devices_that_a_mode_does_not_use_need_no_words(app: QApplication):
    broken = DeviceSituation(DeviceKind.CAMERA, problem=DeviceProblem.NONE_FOUND)
    working = DeviceSituation(DeviceKind.MICROPHONE)

    assert device_messages.device_notes(Mode.VOICE, [broken, working]) == []
    assert device_messages.device_notes(Mode.TEXT, [broken]) == []


def test_what_is_left_differs_with_every_set_of_broken_devices(app: QApplication):
    for language in ("en", "fr"):
        apply_language(app, language)
        for mode, needed in device_messages.NEEDED.items():
            said = [
                device_messages.what_is_left(
                    mode, [DeviceSituation(kind, problem=DeviceProblem.GONE) for kind in broken]
                )
                for count in range(1, len(needed) + 1)
                for broken in combinations(needed, count)
            ]
            assert len(set(said)) == len(said)


def test_each_search_has_its_own_reason_why_it_takes_long(app: QApplication):
    for language in ("en", "fr"):
        apply_language(app, language)
        said = {
            messages.search_hint(replace(SEARCHING, mode=mode), 20, wants_camera=False)
            for mode in Mode
        }
        said.add(messages.search_hint(SEARCHING, 20, wants_camera=True))
        assert len(said) == 4


def test_a_search_that_is_held_up_elsewhere_gives_no_other_reason(app: QApplication):
    for held_up in (
        replace(SEARCHING, relay_problem=RelayProblem.FULL),
        replace(SEARCHING, link=Link.WAITING),
        replace(SEARCHING, too_fast_until=30.0),
    ):
        assert messages.search_hint(held_up, 20, wants_camera=False) == ""
