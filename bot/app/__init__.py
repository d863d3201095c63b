"""The bot as a process: started, kept, ended in order."""

import signal
import sys
import threading

import structlog

from bot.app.assembly import Pointsman
from bot.app.edge import open_edge
from bot.app.greeting import check_token
from bot.app.hosts import Hosts
from bot.settings import Settings

log = structlog.get_logger(__name__)

TURN = 0.001  # seconds of a busy thread until another gets its turn: a command is acknowledged past a long answer


def run(settings: Settings, hosts: Hosts | None = None) -> int:
    """Until SIGTERM or Ctrl-C (0). `hosts` are reached over SSH unless others are handed in. Raises PointsmanError when
    it cannot begin.
    """
    sys.setswitchinterval(TURN)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    with Pointsman(settings, hosts) as pointsman:
        check_token(pointsman.slack)
        pointsman.start()
        with open_edge(settings, pointsman) as address:
            log.info("ready", mode=settings.mode, listening=address, services=len(pointsman.fleet.current().services))
            over.wait()
        log.info("ending; what runs is resumed at the next start")
    return 0
