import socket
import threading

import pytest
import requests
from fastapi import FastAPI

from bot.web.serving import serve

web = FastAPI()


@web.get("/")
def hello() -> str:
    return "hello"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_it_serves_while_the_block_runs_and_gives_the_port_back(host: str) -> None:
    with serve(web, host, 0) as address:
        assert requests.get(address, timeout=10).json() == "hello"
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=10)
    with serve(web, host, int(address.rpartition(":")[2])) as again:
        assert again == address
    assert not [thread for thread in threading.enumerate() if thread.name == "web"]


def test_a_port_that_is_taken_is_said_with_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(OSError, match=rf"cannot listen on 127.0.0.1:{port} \(HTTP_ADDR\)"),
            serve(web, "127.0.0.1", port),
        ):
            pass


def test_an_error_inside_the_block_stops_the_server_too() -> None:
    def fail() -> None:
        with serve(web, "127.0.0.1", 0):
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not [thread for thread in threading.enumerate() if thread.name == "web"]
