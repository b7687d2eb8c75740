"""The packages of this very tree, and a Debian to install them in; both made once."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from build_scripts.linux import deb
from build_scripts.packaging.targets import Build
from build_scripts.packaging.version import version_of
from build_scripts.server import deb as server_deb
from tests.installers.debian import Debian, make_debian

MADE_ONCE = {"built", "debian", "windows"}
"""Fixtures that take a minute or more."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs packages, so that the ordinary check leaves it out."""
    for item in items:
        if MADE_ONCE.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.packages)


@dataclass(frozen=True)
class Built:
    """Bundles and packages, compressed little."""

    desktop: Path
    server: Path
    deb: Path
    server_deb: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    if sys.platform != "linux" or shutil.which("dpkg-deb") is None:
        pytest.skip("the packages for Linux are built on Debian and its relatives")
    work = tmp_path_factory.mktemp("packages")
    out = work / "out"
    out.mkdir()
    build = Build(version_of(), work, out, quick=True)
    build.both()
    return Built(
        build.desktop,
        build.server,
        deb.make(build.desktop, work, out, build.version, quick=True),
        server_deb.make(build.server, work, out, build.version, quick=True),
    )


@pytest.fixture(scope="session")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Debian]:
    depends = (*deb.DEPENDS, *server_deb.DESCRIBED.depends)
    root = tmp_path_factory.mktemp("debian") / "root"
    debian = make_debian(root, sorted({each.split(" |")[0] for each in depends}))
    yield debian
    shutil.rmtree(root)
