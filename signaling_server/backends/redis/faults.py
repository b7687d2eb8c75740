"""What the log says of a Redis that is away or refuses: never an address."""

import os
import socket
import ssl

from redis.exceptions import ResponseError


def fault(error: Exception) -> str:
    """Say what it is: Redis itself answers without addresses, the network does not."""
    name = type(error).__name__
    reason = str(error) if isinstance(error, ResponseError) else _of_the_system(error)
    return f"{name}: {reason}" if reason else name


def _of_the_system(error: Exception) -> str:
    """Why there is no connection, in words that hold no address; empty where that is not known."""
    match error.__cause__ or error.__context__ or error:
        case ssl.SSLError() as refused:
            return refused.reason or ""
        case socket.gaierror() as unknown:
            return unknown.strerror or ""
        case OSError(errno=int(number)):
            return os.strerror(number)
    return ""
