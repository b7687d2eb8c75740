"""The command line: which finished files to build, and where they go."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from build_scripts.packaging.bundle import BundleIncomplete
from build_scripts.packaging.targets import Build, ToolMissing, groups_of, targets_of
from build_scripts.packaging.version import ROOT, version_of

DIST = ROOT / "dist"


def main() -> int:
    targets = targets_of(sys.platform)
    groups = groups_of(sys.platform)
    parser = argparse.ArgumentParser(
        prog="build_scripts/package",
        description="Build the files that a person installs, for the system this runs on.",
    )
    parser.add_argument(
        "--target",
        action="append",
        choices=sorted([*targets, *groups]),
        help="only this one, or all of a kind; may be repeated",
    )
    parser.add_argument("--out", type=Path, default=DIST, help="where the files go")
    parser.add_argument(
        "--quick", action="store_true", help="compress little: for tests, not for a release"
    )
    parser.add_argument("--keep", action="store_true", help="leave what lies in dist/")
    given = parser.parse_args()
    out = given.out.resolve()
    if out == DIST and not given.keep:  # Any other folder may hold what is not ours.
        shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    build = Build(version_of(), ROOT / "build" / "package", out, quick=given.quick)
    usual = [name for name, target in targets.items() if target.is_usual]
    wanted = [name for asked in given.target or usual for name in groups.get(asked, (asked,))]
    try:
        for name in wanted:
            for made in targets[name].make(build):
                size = f"{made.stat().st_size / 1e6:.1f} MB" if made.is_file() else "folder"
                print(f"{name}: {made} ({size})", flush=True)
        build.finish()
    except (BundleIncomplete, ToolMissing, subprocess.CalledProcessError) as error:
        print(f"build_scripts/package: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
