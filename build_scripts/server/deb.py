"""The .deb of the server: the program, its systemd unit and a user of its own."""

import shutil
from pathlib import Path

from build_scripts.linux import package
from build_scripts.linux.tree import fill
from build_scripts.packaging.version import Version

HERE = Path(__file__).parent
NAME = "passerby-server"

DESCRIBED = package.Description(
    name=NAME,
    section="net",
    summary="introduce strangers who use Passerby to each other",
    text="""
The signalling server of Passerby: it pairs people at random and relays the
descriptions of their calls. Sound, picture and text never pass through it.
One process in memory serves a community.
""",
    depends=("adduser", "ca-certificates"),
    recommends=("coturn",),
)


def make(bundle: Path, work: Path, out: Path, version: Version, *, quick: bool) -> Path:
    """Return the .deb, written into out."""
    root = work / "server-deb"
    shutil.rmtree(root, ignore_errors=True)
    usr = root / "usr"
    shutil.copytree(bundle, usr / "lib" / NAME, symlinks=True)
    (usr / "bin").mkdir()
    (usr / "bin" / NAME).symlink_to(f"../lib/{NAME}/{NAME}")
    _copy("passerby-server.service", root / "lib/systemd/system/passerby-server.service")
    _copy("passerby.toml", root / "etc/passerby-server/passerby.toml")
    manual = usr / "share/man/man1/passerby-server.1"
    fill(HERE / manual.name, manual, version)
    package.compress(manual)
    documents = usr / "share/doc" / NAME
    package.write_changelog(documents, NAME, version)
    _copy("copyright", documents / "copyright")
    _copy("lintian-overrides", usr / "share/lintian/overrides" / NAME)
    for script in ("postinst", "prerm", "postrm"):
        _copy(script, root / "DEBIAN" / script)
    (root / "DEBIAN/conffiles").write_text("/etc/passerby-server/passerby.toml\n")
    return package.build(root, out, DESCRIBED, version, quick=quick)


def _copy(name: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(HERE / name, target)
