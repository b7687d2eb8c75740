"""What can be checked of the .app without a Mac: plist, entitlements, icon, languages."""

import plistlib
import struct
from pathlib import Path

from build_scripts.macos.icon import TYPES, write_icns
from build_scripts.macos.image import ENTITLEMENTS, add_languages
from build_scripts.macos.info import USAGE, info_plist
from build_scripts.packaging.version import Version
from desktop_app.ui.application import LANGUAGES


def test_the_plist_asks_for_camera_and_microphone_and_names_the_minimum():
    plist = plistlib.loads(plistlib.dumps(info_plist(Version("0.2.1", 3, "abc1234"))))

    assert plist["LSMinimumSystemVersion"] == "14.0"
    assert plist["NSHighResolutionCapable"] is True
    assert plist["CFBundleURLTypes"][0]["CFBundleURLSchemes"] == ["passerby"]
    assert (plist["CFBundleShortVersionString"], plist["CFBundleVersion"]) == ("0.2.1", "0.2.10003")
    assert plist["NSCameraUsageDescription"] and plist["NSMicrophoneUsageDescription"]


def test_each_language_of_the_application_says_why(tmp_path: Path):
    add_languages(tmp_path / "Passerby.app")

    assert set(USAGE) == set(LANGUAGES)
    for language in LANGUAGES:
        path = tmp_path / f"Passerby.app/Contents/Resources/{language}.lproj/InfoPlist.strings"
        said = path.read_text(encoding="utf-8")
        assert "NSCameraUsageDescription" in said and "NSMicrophoneUsageDescription" in said


def test_the_entitlements_open_camera_and_sound_input_alone():
    entitlements = plistlib.loads(ENTITLEMENTS.read_bytes())

    assert entitlements == {
        "com.apple.security.device.camera": True,
        "com.apple.security.device.audio-input": True,
        "com.apple.security.cs.allow-unsigned-executable-memory": True,
    }


def test_the_icon_holds_a_picture_of_every_size(tmp_path: Path):
    content = write_icns(tmp_path / "passerby.icns").read_bytes()

    assert content[:8] == b"icns" + struct.pack(">I", len(content))
    found, at = {}, 8
    while at < len(content):
        kind, length = struct.unpack_from(">4sI", content, at)
        assert content[at + 8 : at + 16] == b"\x89PNG\r\n\x1a\n"
        width, height = struct.unpack_from(">II", content, at + 24)
        assert width == height
        found[kind] = width
        at += length
    assert found == TYPES
