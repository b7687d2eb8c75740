"""What the .app says of itself, and why it asks for camera and microphone."""

from typing import Any

from build_scripts.packaging.version import Version

BUNDLE_ID = "io.github.passerby.Passerby"
MINIMUM_SYSTEM = "14.0"
"""Of the wheels for arm64."""

USAGE = {
    "en": {
        "NSCameraUsageDescription": "Passerby shows your picture to the people you meet, and to nobody before you start.",
        "NSMicrophoneUsageDescription": "Passerby lets the people you meet hear you, and nobody before you start.",
    },
    "fr": {
        "NSCameraUsageDescription": "Passerby montre votre image aux personnes que vous rencontrez, et à personne avant que vous ne commenciez.",
        "NSMicrophoneUsageDescription": "Passerby fait entendre votre voix aux personnes que vous rencontrez, et à personne avant que vous ne commenciez.",
    },
}
"""By language of the application."""


def info_plist(version: Version) -> dict[str, Any]:
    return {
        "CFBundleDevelopmentRegion": "en",
        "CFBundleDisplayName": "Passerby",
        "CFBundleIdentifier": BUNDLE_ID,
        "CFBundleLocalizations": sorted(USAGE),
        "CFBundleName": "Passerby",
        "CFBundleShortVersionString": version.release,
        # Three numbers at most, that grow with each build.
        "CFBundleVersion": ".".join(
            map(str, (*version.windows[:2], version.windows[2] * 10_000 + version.windows[3]))
        ),
        "CFBundleURLTypes": [
            {"CFBundleURLName": BUNDLE_ID, "CFBundleURLSchemes": ["passerby"]},
        ],
        "LSApplicationCategoryType": "public.app-category.social-networking",
        "LSMinimumSystemVersion": MINIMUM_SYSTEM,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "AGPL-3.0-or-later",
        **USAGE["en"],
    }


def localized_strings(language: str) -> str:
    """The content of LANGUAGE.lproj/InfoPlist.strings."""
    return "".join(f'"{key}" = "{sentence}";\n' for key, sentence in USAGE[language].items())
