"""Where things lie."""

from pathlib import Path

from desktop_app.host.paths import Paths, resources_dir


def test_a_profile_keeps_everything_in_its_folder(tmp_path: Path):
    paths = Paths(tmp_path)

    assert paths.settings_file.parent == tmp_path
    assert paths.log_dir.parent == tmp_path


def test_without_a_profile_the_system_says_where():
    paths = Paths()

    assert "passerby" in str(paths.settings_file).lower()


def test_the_resources_are_found():
    assert (resources_dir() / "translations").is_dir()
