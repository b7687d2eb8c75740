"""Servers without sockets."""

import pytest

from tests.signaling_server.conftest import ManualClock
from tests.signaling_server.domain.server_network import (
    Network,
    Server,
)


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def servers(network: Network, clock: ManualClock) -> list[Server]:
    return [Server(name, network, clock) for name in ("one", "two", "three")]
