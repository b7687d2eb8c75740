"""How the client learns which proxy leads to an address."""

from collections.abc import Callable

FindProxy = Callable[[str], str | None]
"""The proxy's url for an http or https address, None for the direct way; called in a thread."""


def no_proxy(url: str) -> None:
    """Everything goes the direct way."""
