"""Writes the tables of docs/protocol.md from the code; --check only says whether they are right.

python -m build_scripts.generate_protocol_tables [--check]
"""

import argparse
import ast
import inspect
import re
import sys
from collections.abc import Iterable
from enum import Enum
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import msgspec

from signaling_server.protocol import channel, errors, limits, messages, versions

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "protocol.md"
_MARKED = re.compile(
    r"(<!-- generated: (?P<name>[a-z-]+) -->\n).*?(<!-- /generated -->)", re.DOTALL
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; 1 when it differs")
    check = parser.parse_args(arguments).check
    old = DOCUMENT.read_text(encoding="utf-8")
    new = with_tables(old)
    if new == old:
        return 0
    if check:
        print(
            "docs/protocol.md differs from the code: python -m build_scripts.generate_protocol_tables"
        )
        return 1
    DOCUMENT.write_text(new, encoding="utf-8")
    return 0


def with_tables(document: str) -> str:
    """Return the document with what stands between its markers made anew."""
    tables = _tables()
    named = [found["name"] for found in _MARKED.finditer(document)]
    if sorted(named) != sorted(tables):
        raise ValueError(
            f"the document has markers for {named}, the code tables for {list(tables)}"
        )
    return _MARKED.sub(lambda found: f"{found[1]}\n{tables[found['name']]}\n{found[3]}", document)


def _tables() -> dict[str, str]:
    client, server = set(get_args(messages.ClientMessage)), set(get_args(messages.ServerMessage))
    return {
        "client-messages": _messages(get_args(messages.ClientMessage), leaving_out=server),
        "server-messages": _messages(get_args(messages.ServerMessage), leaving_out=client),
        "messages-both-ways": _messages(
            get_args(messages.ServerMessage), leaving_out=server - client
        ),
        "channel-messages": _messages(get_args(channel.ChannelMessage)),
        "structures": "\n".join(
            f"#### {structure.__name__}\n\n{_described(structure)}"
            for structure in (messages.IceServer, messages.Pool, messages.Ban)
        ),
        "values": "\n".join(
            _enum(enum)
            for enum in (
                messages.Mode,
                messages.Scope,
                messages.Role,
                messages.Exchange,
                messages.DescriptionKind,
                messages.CallEnd,
                messages.ReportReason,
                versions.Feature,
            )
        ),
        "error-codes": _rows(
            ("code", "meaning"),
            ((f"`{code.value}`", text) for code, text in _members(errors.ErrorCode)),
        ),
        "close-codes": _rows(
            ("code", "name", "meaning"),
            ((str(code.value), code.name, text) for code, text in _members(errors.CloseCode)),
        ),
        "limits": _constants(limits),
        "channel-limits": _constants(channel),
    }


def _messages(types: Iterable[type[messages.Message]], leaving_out: Iterable[type] = ()) -> str:
    kept = [message for message in types if message not in set(leaving_out)]
    return "\n".join(
        f"#### `{message.__struct_config__.tag}`\n\n{_described(message)}" for message in kept
    )


def _described(struct: type) -> str:
    parts = [inspect.cleandoc(struct.__doc__ or "")]
    inherited = inspect.cleandoc(struct.__mro__[1].__doc__ or "")
    if struct.__mro__[1] is messages.Search:
        parts.append(inherited)
    information = msgspec.inspect.type_info(struct)
    assert isinstance(information, msgspec.inspect.StructType)
    rows = [
        (f"`{field.encode_name}`", _type(field.type), _default(field))
        for field in information.fields
    ]
    if rows:
        parts.append(_rows(("field", "type", "when left out"), rows).rstrip())
    return "\n\n".join(parts) + "\n"


def _default(field: msgspec.inspect.Field) -> str:
    if field.required:
        return "required"
    if field.default is msgspec.NODEFAULT:
        return "`[]`"
    return f"`{msgspec.json.encode(field.default).decode()}`"


def _type(kind: Any) -> str:
    """Return a type with its bounds in words."""
    match kind:
        case msgspec.inspect.UnionType(types=types):
            return " or ".join(_type(part) for part in types)
        case msgspec.inspect.NoneType():
            return "null"
        case msgspec.inspect.BoolType():
            return "boolean"
        case msgspec.inspect.FloatType():
            return "number" if kind.ge is None else f"number, {kind.ge:,} to {kind.le:,}"
        case msgspec.inspect.IntType():
            highest = kind.le if kind.lt is None else f"{kind.lt - 1:,}"
            return "integer" if kind.ge is None else f"integer, {kind.ge} to {highest}"
        case msgspec.inspect.StrType():
            return f"text{_length(kind, 'characters')}"
        case msgspec.inspect.ListType():
            return f"list{_length(kind, 'entries')} of: {_type(kind.item_type)}"
        case msgspec.inspect.EnumType():
            return f"[{kind.cls.__name__}](#{kind.cls.__name__.lower()})"
        case msgspec.inspect.StructType():
            return f"[{kind.cls.__name__}](#{kind.cls.__name__.lower()})"
    raise TypeError(f"no words for {kind}")


def _length(kind: Any, unit: str) -> str:
    if kind.max_length is None:
        return ""
    least = kind.min_length or 0
    return f" ({least} to {kind.max_length:,} {unit})"


def _enum(enum: type[Enum]) -> str:
    rows = _rows(("value", "meaning"), ((f"`{m.value}`", text) for m, text in _members(enum)))
    return f"#### {enum.__name__}\n\n{inspect.cleandoc(enum.__doc__ or '')}\n\n{rows}"


def _members(enum: type[Enum]) -> Iterable[tuple[Enum, str]]:
    texts = _texts(ast.parse(inspect.getsource(enum)).body[0])
    return ((member, texts.get(member.name, "")) for member in enum)


def _constants(module: ModuleType) -> str:
    texts = _texts(ast.parse(inspect.getsource(module)))
    values = ((name, getattr(module, name)) for name in vars(module) if name.isupper())
    return _rows(
        ("name", "value", "meaning"),
        (
            (
                f"`{name}`",
                f"{value:,}" if isinstance(value, int | float) else f'"{value}"',
                texts.get(name, ""),
            )
            for name, value in values
        ),
    )


def _texts(node: ast.AST) -> dict[str, str]:
    """Return the docstring that follows each assignment in a module or class body."""
    body = getattr(node, "body", [])
    found = {}
    for statement, following in pairwise(body):
        match statement, following:
            case (
                ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = " ".join(text.split())
    return found


def _rows(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines
    )


if __name__ == "__main__":
    sys.exit(main())
