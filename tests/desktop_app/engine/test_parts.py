"""Small parts of the engine alone: fitting, choosing cameras, counting sizes."""

import pytest

from desktop_app.engine.call_media import SIZE_CHANGES_MAX, SizeChanges
from desktop_app.engine.camera_names import CameraPlace, choose
from desktop_app.engine.scaling import Fit, View


@pytest.mark.parametrize(
    ("picture", "view", "fill", "fit"),
    [
        ((1280, 720), (640, 640), False, Fit(640, 360, 640, 360)),
        ((1280, 720), (640, 640), True, Fit(1138, 640, 640, 640)),
        ((640, 480), (1920, 1080), False, Fit(1440, 1080, 1440, 1080)),
        ((640, 480), (1920, 1080), True, Fit(1920, 1440, 1920, 1080)),
        ((720, 1280), (1920, 1080), False, Fit(608, 1080, 608, 1080)),
        ((1280, 720), (9_000, 9_000), True, Fit(1920, 1080, 1920, 1080)),
    ],
)
def test_a_picture_covers_its_view_as_far_as_a_slot_has_room(
    picture: tuple[int, int], view: tuple[int, int], fill: bool, fit: Fit
) -> None:
    assert View(*view, fill=fill).fit(*picture) == fit


@pytest.mark.parametrize("picture", [(1920, 2), (1920, 8), (2, 1920), (16, 1080), (720, 1280)])
@pytest.mark.parametrize("view", [(1280, 720), (1920, 1080), (300, 900)])
def test_no_strip_is_enlarged_to_many_times_the_view(
    picture: tuple[int, int], view: tuple[int, int]
) -> None:
    fit = View(*view, fill=True).fit(*picture)
    assert fit is not None
    assert fit.scaled_width * fit.scaled_height <= 4.1 * view[0] * view[1]


def test_a_hidden_view_fits_nothing() -> None:
    assert View(0, 0, fill=False).fit(640, 480) is None


def test_the_wanted_camera_is_tried_first_and_the_others_after_it() -> None:
    one, two = CameraPlace("usb:1", "One"), CameraPlace("usb:2", "Two")
    assert choose("usb:2", [one, two]) == [two, one]
    assert choose("usb:9", [one, two]) == [one, two]
    assert choose(None, [one, two]) == [one, two]
    first, *rest = choose("/tmp/camera.y4m", [one, two])
    assert (first.file, rest) == ("/tmp/camera.y4m", [one, two])


def test_rare_changes_of_size_are_allowed_for_ever() -> None:
    now = 0.0
    sizes = SizeChanges(lambda: now)
    for number in range(100):
        now += 2.0
        assert sizes.allows(640 + number % 2, 480)


def test_more_changes_than_anybody_needs_are_not() -> None:
    sizes = SizeChanges(lambda: 0.0)
    allowed = [sizes.allows(640 + number % 2, 480) for number in range(SIZE_CHANGES_MAX + 5)]
    assert allowed.index(False) == SIZE_CHANGES_MAX + 1
