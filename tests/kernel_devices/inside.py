"""Runs inside the machine: every case against an engine process, and what was seen of it."""

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from functools import partial

from desktop_app.engine_messages import DeviceKind
from tests.kernel_devices import camera_cases, sound_cases
from tests.kernel_devices.look import Look, looking, say
from tests.kernel_devices.person import HOME

Case = Callable[[Look], None]
FORBIDDEN: tuple[Case, ...] = (camera_cases.a_forbidden_camera,)
CAMERA: tuple[Case, ...] = (
    camera_cases.sizes_and_rates,
    camera_cases.a_camera_in_use_elsewhere,
    camera_cases.the_next_best_while_in_use,
    camera_cases.all_pulled_out_in_use,
    camera_cases.one_pulled_out_in_use,
    camera_cases.one_pulled_out_that_nobody_chose,
)
MICROPHONE: tuple[Case, ...] = (
    sound_cases.the_chosen_microphone_is_pulled_out,
    sound_cases.the_only_microphone_is_pulled_out,
)
SPEAKER: tuple[Case, ...] = (sound_cases.the_chosen_speaker_is_pulled_out,)


def main(asked: list[str]) -> int:
    os.environ["HOME"] = str(HOME)
    camera_cases.plug_in()
    passed = [
        go_through(FORBIDDEN, asked, DeviceKind.CAMERA),
        go_through(CAMERA, asked, DeviceKind.CAMERA, "video"),
    ]
    with sound_cases.sound_server():
        passed.append(go_through(MICROPHONE, asked, DeviceKind.MICROPHONE, "video", "audio"))
        passed.append(go_through(SPEAKER, asked, DeviceKind.SPEAKER, "video", "audio"))
    return 0 if all(passed) else 1


def go_through(cases: Iterable[Case], asked: list[str], kind: DeviceKind, *groups: str) -> bool:
    """Go through the cases that were asked for with one engine, and tell whether all were seen."""
    wanted = [case for case in cases if not asked or case.__name__ in asked]
    if not wanted:
        return True
    with looking(kind, *groups) as look:
        failed = [case for case in wanted if not seen(case.__name__, partial(case, look))]
    return not failed


def seen(name: str, case: Callable[[], None]) -> bool:
    """Go through one case, and tell whether all of it was seen as it ought to be."""
    say(name.replace("_", " "))
    started = time.monotonic()
    try:
        case()
    except Exception as error:
        at = traceback.extract_tb(error.__traceback__)
        lines = ", ".join(f"{frame.name} line {frame.lineno}" for frame in at[1:3])
        say(f"  FAILED after {time.monotonic() - started:.0f} s in {lines}: {error}")
        return False
    say(f"  seen, {time.monotonic() - started:.0f} s")
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
