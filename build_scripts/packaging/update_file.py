"""The one signed file that tells applications of a newer version.

python -m build_scripts.packaging.update_file VERSION URL reads the Ed25519 key, base64 of its 32
bytes, from UPDATE_SIGNING_KEY and prints the file; --public prints the key that a release is
stamped with.
"""

import base64
import json
import os
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def sign_update(version: str, url: str, key: Ed25519PrivateKey) -> bytes:
    """Return the file: the signature in base64, a line break, and the JSON that it signs."""
    body = json.dumps({"version": version, "url": url}).encode()
    return base64.b64encode(key.sign(body)) + b"\n" + body


def public_key(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def main(arguments: list[str]) -> int:
    secret = os.environ.get("UPDATE_SIGNING_KEY", "")
    if not secret:
        print("update_file: UPDATE_SIGNING_KEY is not set", file=sys.stderr)
        return 1
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret))
    if arguments == ["--public"]:
        print(public_key(key))
    else:
        version, url = arguments
        sys.stdout.buffer.write(sign_update(version, url, key))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
