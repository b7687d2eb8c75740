"""atheris over everything that reads bytes of strangers: frames, messages, PROXY headers.

python -m tests.fuzz.codec [options of libFuzzer, such as -max_total_time=600] [corpus folder]

Whatever comes, a reader returns a value or its own error, and what the codec has read it writes
so that it reads the same again; a stream of frames is read the same wherever it is cut. Needs
atheris, which is no dependency (docs/fuzzing.md).
"""

import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["signaling_server"]):
    from signaling_server.handlers.relayed import refuse_unrelayable
    from signaling_server.protocol import codec
    from signaling_server.protocol.errors import ProtocolError
    from signaling_server.transport.client_address import parse_address
    from signaling_server.transport.proxy_preamble import BadPreamble, read_preamble
    from tests.signaling_server.transport.streams import frames_in

GOLDEN = Path(__file__).parent.parent / "signaling_server" / "protocol" / "golden"
DECODERS = (codec.decode_client, codec.decode_server, codec.decode_channel)


def read_anything(data: bytes) -> None:
    for decode in DECODERS:
        with suppress(ProtocolError):
            message = decode(data)
            assert decode(codec.encode(message)) == message
    with suppress(BadPreamble):
        read_preamble(data)
    cut = data[-1] % len(data) if data else 0
    assert frames_in([data]) == frames_in([data[:cut], data[cut:]])
    text = data.decode("utf-8", "replace")
    parse_address(text)
    with suppress(ProtocolError):
        refuse_unrelayable(text)


def main() -> None:
    with TemporaryDirectory() as corpus:
        for file in GOLDEN.glob("*/*.json"):
            (Path(corpus) / f"{file.parent.name}-{file.stem}").write_bytes(file.read_bytes())
        atheris.Setup([*sys.argv, corpus], read_anything)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
