"""The bill of materials of a bundle, in CycloneDX 1.6."""

import json
import platform
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from build_scripts.packaging.contents import native_libraries, python_packages
from build_scripts.packaging.version import Version, source_date_epoch


def write(bundle: Path, out: Path, version: Version) -> Path:
    """Write it beside the finished files; the same bundle gives the same text."""
    made = datetime.fromtimestamp(source_date_epoch(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    name = f"{bundle.name}-{version.python}"
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
        "version": 1,
        "metadata": {
            "timestamp": made,
            "component": {
                "type": "application",
                "bom-ref": bundle.name,
                "name": bundle.name,
                "version": version.python,
                "licenses": [{"license": {"id": "AGPL-3.0-or-later"}}],
            },
        },
        "components": [_python(), *_packages(bundle), *_natives(bundle)],
    }
    written = out / f"{name}.cdx.json"
    written.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return written


def _python() -> dict[str, Any]:
    return {
        "type": "platform",
        "bom-ref": "python",
        "name": "Python",
        "version": platform.python_version(),
        "licenses": [{"license": {"id": "PSF-2.0"}}],
    }


def _packages(bundle: Path) -> list[dict[str, Any]]:
    return [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{package.name.lower()}@{package.version}",
            "purl": f"pkg:pypi/{package.name.lower()}@{package.version}",
            "name": package.name,
            "version": package.version,
        }
        for package in python_packages(bundle)
    ]


def _natives(bundle: Path) -> list[dict[str, Any]]:
    return [
        {
            "type": "library",
            "bom-ref": f"native:{library.name}:{library.licence}",
            "name": library.name,
            "supplier": {"name": library.owner},
            "licenses": [{"license": {"id": library.licence}}],
            "externalReferences": [{"type": "website", "url": library.home}],
            "properties": [{"name": "passerby:file", "value": file} for file in library.files],
        }
        for library in native_libraries(bundle)
    ]
