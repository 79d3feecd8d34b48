"""Ports for servers: free, given once, and none that an outgoing connection could take meanwhile."""

import socket

from warehouse.runtime.ports import LOOPBACK, free_port, is_free


def test_ports_are_free_and_given_once() -> None:
    given = [free_port() for _ in range(50)]
    assert len(set(given)) == 50
    assert all(is_free(port) for port in given)


def test_they_are_below_those_of_outgoing_connections() -> None:
    assert all(20_000 <= free_port() < 32_768 for _ in range(20))


def test_a_port_that_was_there_before_is_taken_again() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        assert free_port(port) != port
    assert free_port(port) == port
