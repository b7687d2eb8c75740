"""The version of a build, from the git tag, in the spelling each system wants."""

import os
import re
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TAG_PATTERN = "v[0-9]*"


@dataclass(frozen=True)
class Version:
    """release is of the tag, such as 0.2.0; commits counts those since, 0 on the tag itself."""

    release: str
    commits: int = 0
    revision: str = ""
    tagged: bool = True

    @property
    def python(self) -> str:
        """PEP 440: 0.2.0, 0.2.0.post3+g1a2b3c4 after it, 0.1.0.dev250+g1a2b3c4 before any."""
        if self.commits == 0:
            return self.release
        kind = "post" if self.tagged else "dev"
        return f"{self.release}.{kind}{self.commits}+g{self.revision}"

    @property
    def debian(self) -> str:
        """Sorts as dpkg sorts: what comes before a release has a tilde."""
        return self.python.replace(".dev", "~dev")

    @property
    def windows(self) -> tuple[int, int, int, int]:
        numbers = [int(number) for number in re.findall(r"\d+", self.release)][:3]
        numbers += [0] * (3 - len(numbers))
        return numbers[0], numbers[1], numbers[2], min(self.commits, 65_535)


def version_of(root: Path = ROOT) -> Version:
    """Ask git; without it, or without any tag, pyproject.toml names the release to come."""
    declared = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    described = _git(root, "describe", "--tags", "--long", "--abbrev=7", "--match", TAG_PATTERN)
    if described:
        tag, commits, revision = described.rsplit("-", 2)
        return Version(tag.removeprefix("v"), int(commits), revision.removeprefix("g"))
    revision = _git(root, "rev-parse", "--short=7", "HEAD")
    if not revision:
        return Version(declared)
    count = int(_git(root, "rev-list", "--count", "HEAD"))
    return Version(declared, count, revision, tagged=False)


def source_date_epoch(root: Path = ROOT) -> int:
    """Seconds since 1970 of the newest change; SOURCE_DATE_EPOCH says otherwise."""
    given = os.environ.get("SOURCE_DATE_EPOCH") or _git(root, "log", "-1", "--format=%ct")
    return int(given) if given else int((root / "pyproject.toml").stat().st_mtime)


def _git(root: Path, *arguments: str) -> str:
    """Return what git says, nothing where it cannot say."""
    try:
        said = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return said.stdout.strip() if said.returncode == 0 else ""
