"""kill -9 while the bot sends a release over real sshd: the next one sends the rest, and nothing else is left there."""

import hashlib
import random
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.sandbox import processes
from bot.sandbox.demo_bot import Bot, manifest
from bot.sandbox.demo_site import Layout, write_fleet
from bot.sandbox.hosts_keys import new_private_key, public_line
from bot.sandbox.processes import MARK
from bot.sandbox.slack.server import Seed, Server
from tests.backends.openssh import Sshd
from tests.backends.project import Project
from tests.backends.push_place import PROGRAMS
from tests.programs import need
from tests.scenarios.test_crash import operations, seeds
from tests.scenarios.valve import Valve
from tests.scenarios.world import LONG, Line
from tests.waiting import eventually

KILLS = 2
SOON = 3 * LONG  # a bot that starts, and a deploy's way to its first byte, on a very busy machine
SIZE = 8_000_000  # bytes of the release, which no compression makes fewer
LEAST, MOST = 300_000, 2_500_000  # what comes through before a kill: more than all that goes before the stream
STEPS = {
    "install": "cksum <noise >>$HOME/install",
    "test": "cksum <noise >>$HOME/test",
    "restart": "cksum <noise >>$HOME/restart",
}


class Well(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Not on standard error."""


@pytest.fixture
def well() -> Iterator[str]:
    """An address that is always well."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Well)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


class Hosts(Line):
    """Two hosts behind slow lines, and a release of one large file; they have no git, so the bot brings it."""

    def __init__(self, directory: Path, well: str, silent: bool) -> None:
        self.layout = Layout(directory)
        self.layout.state.mkdir(parents=True)
        key = new_private_key()
        self.layout.key_file.touch(mode=0o600)
        self.layout.key_file.write_text(key)
        self.project, self.noise = Project.create(directory / "shop"), random.Random(silent).randbytes(SIZE)
        (self.project.repo / "noise").write_bytes(self.noise)
        self.sha = self.project.commit()
        self.project.git("tag", "1.0.0")
        programs = directory / "bin"
        programs.mkdir()
        for name in (*PROGRAMS, "cksum"):
            (programs / name).symlink_to(need(name))
        env, line = f"PATH={programs} {MARK}={self.mark}", public_line(key)
        self.sshds = [Sshd(need("sshd"), directory / name, line, env=env) for name in ("web1", "web2")]
        self.valves = [Valve(sshd.port, silent) for sshd in self.sshds]
        self.slack = Server(Seed.demo(), state_file=self.layout.workspace_file)
        known = [f"[127.0.0.1]:{valve.port} {public_line(sshd.key)}\n" for valve, sshd in self._pairs()]
        self.layout.known_hosts.write_text("".join(known))
        write_fleet(self.layout, self._production(well))
        fleet = self.layout.fleet_file.read_text()
        self.write_fleet(fleet.replace(str(self.layout.repository), str(self.project.repo)))

    @property
    def mark(self) -> str:
        """In the environment of all that runs on the hosts."""
        return str(self.layout.state / "hosts")

    def _pairs(self) -> list[tuple[Valve, Sshd]]:
        return list(zip(self.valves, self.sshds, strict=True))

    def _production(self, well: str) -> dict[str, object]:
        hosts = [
            {"name": sshd.home.name, "address": f"{sshd.user}@127.0.0.1:{valve.port}"} for valve, sshd in self._pairs()
        ]
        return {
            "backend": "ssh",
            "deliver": "push",
            "hosts": hosts,
            "path": "shop",
            "steps": STEPS,
            "health": {"http": well},
            "strategy": {"kind": "all_at_once"},
        }

    def open(self, stack: ExitStack) -> None:
        stack.callback(processes.stop_all, self.mark)
        self.slack.start()
        stack.callback(self.slack.stop)
        self.slack.register(manifest(self.layout))
        self.bot = Bot(self.layout, self.slack)
        for valve, sshd in self._pairs():
            sshd.start()
            stack.callback(sshd.stop)
            stack.enter_context(valve)
        stack.callback(self.bot.stop)

    def let(self, chance: random.Random) -> None:
        for valve in self.valves:
            valve.let(chance.randint(LEAST, MOST))

    def shop(self, sshd: Sshd) -> Path:
        return sshd.home / "shop"

    def taken(self) -> list[int]:
        """How many bytes of the release each host has."""
        tars = [self.shop(sshd) / ".pointsman/orders/deploy-1/parcel.1/tar" for sshd in self.sshds]
        return [tar.stat().st_size if tar.exists() else 0 for tar in tars]

    def in_the_middle(self, before: list[int]) -> bool:
        """Each host has more than before, and its line holds."""
        more = all(now > then for now, then in zip(self.taken(), before, strict=True))
        return more and all(valve.holds for valve in self.valves)

    def remains(self) -> list[Path]:
        """What a transfer needs and a release does not."""
        found: list[Path] = []
        for shop in map(self.shop, self.sshds):
            files = [*shop.glob(".pointsman/holder"), *shop.glob(".pointsman/orders/*/parcel.*/tar")]
            found += [*shop.glob("releases/.new-*"), *shop.glob(".pointsman/trash.*")]
            found += [file for file in files if file.stat().st_size]
        return found


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.timeout(900)
@seeds
def test_a_bot_that_is_killed_again_and_again_while_it_sends(tmp_path: Path, well: str, seed: int) -> None:
    """By every other seed the hosts do not hear that their bot is gone."""
    chance, silent = random.Random(seed), seed % 2 == 0
    line = Hosts(tmp_path, well, silent)
    with ExitStack() as stack:
        line.open(stack)
        line.begin()
        line.let(chance)
        line.slack.command("ana", "/deploy", "shop@1.0.0 to production")
        have = [0, 0]
        for _ in range(KILLS):
            eventually(partial(line.in_the_middle, have), timeout=SOON)
            line.bot.kill()
            for valve in line.valves:
                valve.lose()
            have = line.taken()
            assert max(have) < SIZE
            assert line.remains()
            assert processes.find(line.mark) or not silent
            line.let(chance)
            line.begin()
        for valve in line.valves:
            valve.let(None)
        assert line.ended(0) == "✓ Deploy 1 · shop 1.0.0 → production done on 2 hosts"
        for sshd in line.sshds:
            assert sha256(line.shop(sshd) / "current/noise") == hashlib.sha256(line.noise).hexdigest()
            assert (line.shop(sshd) / "current").resolve().name == line.sha
            assert [len((sshd.home / step).read_text().splitlines()) for step in STEPS] == [1, 1, 1]
        assert set(operations(line, "deploys").values()) == {1}
        assert len(line.posts("deploys")) == 1
        eventually(lambda: not line.remains(), timeout=LONG)
        line.bot.stop()
        eventually(lambda: not processes.find(line.mark), timeout=LONG)
