"""`make demo`: the bot, a Slack workspace, four SSH hosts, a shop with several versions and checks on it, all on
localhost. State stays in one directory, so that a second start carries on where the first ended.

With `--dry-run` the hosts are in the bot's memory: only the bot and the page run, and each start is a first one.
"""

import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from bot.errors import PointsmanError
from bot.sandbox import processes
from bot.sandbox.aws import estate, images
from bot.sandbox.aws.cloud import Cloud
from bot.sandbox.aws.server import AwsServer, installed
from bot.sandbox.demo_bot import Bot, manifest
from bot.sandbox.demo_site import Layout, Site, lay_out
from bot.sandbox.hosts_keys import public_line
from bot.sandbox.hosts_machines import Machines
from bot.sandbox.memory_room import RoomDoor
from bot.sandbox.memory_site import MemorySite, lay_out_memory, memory_bot
from bot.sandbox.slack.server import Seed, Server

FIRST_RELEASE = "1.0.0"
READY = """
  Pointsman runs. Open  {url}  and try, in #deploys:

    /deploy shop@1.1.0 to production     a good release: a canary is compared, then Lea (lead) may promote it
    /deploy shop@1.4.0 to production     a slow one: the comparison stops it, and it rolls back by itself
    /deploy shop@1.2.0 to production     a broken one: it rolls back at its first host and says why
    /status shop                         releases, hosts, checks, uptime
  {more}
  Then stop a host's app in the page's machine room, and watch #alerts: press Restart there.
  What everybody may see of that is the bot's own status page:  {status}
  {end}
  State and logs: {directory}
"""
CLOUD = """
  The shop also runs on AWS, emulated on this machine (half a minute after the rest): web on EC2, api on ECS.

    /deploy web@1.0.0 to production      to two instances, one after the other out of their target group
    /scale web +1                        one instance more, and the release on it
    /scale web auto                      gives the number back to the rules, which `+1` took it from
    make hill                            customers come, for seven minutes: the rules add instances and take them away
    /deploy api@1.1.0 to dev             an image by its digest; then /deploy promote api to qa, and to production
"""
CARRIES_ON = "Ctrl-C ends all of it; the next `make demo` carries on, `make demo RESET=1` starts over."
FORGETS = (
    "A dry run: the hosts are in the bot's memory, nothing is installed. Ctrl-C ends all of it; the next starts over."
)
DRY = "dry-run"  # its own directory below the demo's: neither disturbs the other


def run(directory: Path, reset: bool, port: int, dry_run: bool = False) -> int:
    """Until Ctrl-C (0), or until the bot ends by itself (1). Raises PointsmanError when the demo cannot begin."""
    layout = Layout(directory.resolve() / DRY if dry_run else directory.resolve())
    with _alone(layout):
        if reset or dry_run:
            shutil.rmtree(layout.state, ignore_errors=True)
        fresh = not layout.state.exists()
        with (_in_memory if dry_run else _running)(layout, port) as (site, server, bot):
            if fresh:
                _first_deploy(server, bot)
            site.write_fleet(watched=True)
            end = FORGETS if dry_run else CARRIES_ON
            more = "" if dry_run or not installed() else CLOUD
            bot.wait_until(lambda: bot.address() != "")
            places = {"url": server.url, "status": bot.address(), "directory": layout.directory}
            click.echo(READY.format(**places, more=more, end=end))
            return _until_the_end(bot)


def begin_hill(directory: Path) -> int:
    """In the demo that runs there (0); 1 where none does."""
    layout = Layout(directory.resolve())
    if not any(processes.find(layout.cloud_mark)):
        click.echo(f"No demo with a cloud runs in {layout.directory}: `make demo` starts one.", err=True)
        return 1
    layout.hill.touch()
    click.echo("Customers come: the instances of web are busy for seven minutes. Watch #deploys, or /status web.")
    return 0


@contextmanager
def _alone(layout: Layout) -> Iterator[None]:
    """One demo per directory; what a killed one left behind is ended first."""
    layout.directory.mkdir(parents=True, exist_ok=True)
    with layout.lock_file.open("w") as lock:
        try:
            layout.claim(lock)
        except BlockingIOError:
            raise PointsmanError(
                f"another demo runs in {layout.directory}: end it with Ctrl-C, or name another directory"
            ) from None
        _end_processes(layout)
        try:
            yield
        finally:
            _end_processes(layout)


def _end_processes(layout: Layout) -> None:
    for mark in layout.marks():
        processes.stop_all(mark)


@contextmanager
def _running(layout: Layout, port: int) -> Iterator[tuple[Site, Server, Bot]]:
    """Everything started; all of it stopped on the way out, however that comes."""
    site = lay_out(layout)
    machines = Machines(site.hosts)
    cloud = _cloud(site) if installed() else None
    if cloud:
        repository = str(layout.repository)
        more = {**estate.services(repository), **images.services(repository)}
        site = replace(site, more=more, environments=images.ENVIRONMENTS)
        machines.add(cloud.hosts)
    server = _open_workspace(layout, port, machines)
    try:
        for host in site.hosts:
            host.start()
            machines.act(host.name, "start")  # as a machine's boot would
        site.write_known_hosts()
        site.write_fleet(watched=not site.first)
        with Bot(layout, server, cloud.settings if cloud else {}) as bot:
            if cloud:
                cloud.start()
            yield site, server, bot
    finally:
        if cloud:
            cloud.stop()
        for host in site.hosts:
            host.stop()
        server.stop()


def _cloud(site: Site) -> Cloud:
    layout = site.layout
    server = AwsServer(site.aws_port, layout.state / "aws.log", layout.cloud_mark)
    return Cloud(server, layout.cloud, public_line(layout.key_file.read_text()), site.trust, layout.hill)


@contextmanager
def _in_memory(layout: Layout, port: int) -> Iterator[tuple[MemorySite, Server, Bot]]:
    """As `_running`, without hosts to start."""
    site = lay_out_memory(layout)
    server = _open_workspace(layout, port, RoomDoor(layout))
    try:
        site.write_fleet(watched=False)
        with memory_bot(layout, server) as bot:
            yield site, server, bot
    finally:
        server.stop()


def _open_workspace(layout: Layout, port: int, machines: Machines | RoomDoor) -> Server:
    server = Server(Seed.demo(), port, layout.workspace_file, machines=machines)
    try:
        server.start()
    except OSError:
        click.echo(f"Port {port} is taken; the page gets another one.")
        server = Server(Seed.demo(), 0, layout.workspace_file, machines=machines)
        server.start()
    server.register(manifest(layout))
    return server


def _first_deploy(server: Server, bot: Bot) -> None:
    """A shop that stands: the bot itself brings it there, and only then it is watched."""
    click.echo(f"Setting up: {FIRST_RELEASE} goes to four hosts …")
    bot.wait_until_connected(server)
    server.command("cid", "/deploy", f"shop@{FIRST_RELEASE} to production", channel="deploys")
    bot.wait_until(lambda: any(message["text"].startswith("✓") for message in server.messages("deploys")))


def _until_the_end(bot: Bot) -> int:
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    while not over.wait(0.5):
        if not bot.alive():
            click.echo(f"The bot ended by itself. Its last words:\n{bot.last_words()}", err=True)
            return 1
    click.echo("\nStopping …")
    return 0
