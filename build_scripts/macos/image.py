"""Signs the .app, makes the dmg, and has Apple notarize it. Runs on macOS only.

With APPLE_IDENTITY the signature is that of a developer, under the hardened runtime; without it
is made ad hoc, which runs on this machine and elsewhere after a word to the system's guard. With
APPLE_ID, APPLE_TEAM and APPLE_PASSWORD the image is notarized as well.
"""

import os
import shutil
import subprocess
from pathlib import Path

from build_scripts.macos.info import USAGE, localized_strings
from build_scripts.packaging.version import Version

ENTITLEMENTS = Path(__file__).parent / "entitlements.plist"


def add_languages(app: Path) -> None:
    """Write why camera and microphone are asked for, in each language; before signing."""
    for language in USAGE:
        folder = app / "Contents/Resources" / f"{language}.lproj"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "InfoPlist.strings").write_text(localized_strings(language), encoding="utf-8")


def sign(app: Path) -> None:
    """Sign everything in the .app, as a developer or ad hoc."""
    identity = os.environ.get("APPLE_IDENTITY")
    hardened = ("--options", "runtime", "--timestamp") if identity else ()
    subprocess.run(
        [
            *("codesign", "--force", "--deep", *hardened),
            *("--entitlements", str(ENTITLEMENTS), "--sign", identity or "-", str(app)),
        ],
        check=True,
    )
    subprocess.run(["codesign", "--verify", "--deep", "--strict", str(app)], check=True)


def make_dmg(app: Path, work: Path, out: Path, version: Version) -> Path:
    """Return the image, with the .app and a way to the folder of applications."""
    folder = work / "dmg"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copytree(app, folder / app.name, symlinks=True)
    (folder / "Applications").symlink_to("/Applications")
    made = out / f"Passerby-{version.python}-macos-{os.uname().machine}.dmg"
    subprocess.run(
        [
            *("hdiutil", "create", "-volname", "Passerby", "-format", "UDZO", "-ov"),
            *("-srcfolder", str(folder), str(made)),
        ],
        check=True,
    )
    return made


def notarize(image: Path) -> bool:
    """Have Apple look at the image and staple its word to it; False without the secrets."""
    secrets = [os.environ.get(name) for name in ("APPLE_ID", "APPLE_TEAM", "APPLE_PASSWORD")]
    if not (os.environ.get("APPLE_IDENTITY") and all(secrets)):
        return False
    account, team, password = map(str, secrets)
    subprocess.run(
        [
            *("xcrun", "notarytool", "submit", "--wait", str(image)),
            *("--apple-id", account, "--team-id", team, "--password", password),
        ],
        check=True,
    )
    subprocess.run(["xcrun", "stapler", "staple", str(image)], check=True)
    return True
