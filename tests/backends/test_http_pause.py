"""A prober that did not run for a while must not blame its targets."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.backends.base import Answer
from bot.backends.http import CurlProber
from bot.questions import Ask
from tests.backends.targets import running
from tests.waiting import eventually

ROOT = Path(__file__).parents[2]
CHILD = """
import json, sys
from datetime import timedelta
from bot.questions import Ask
from bot.backends.http import CurlProber
prober = CurlProber()
[seen] = prober.probe([Ask(sys.argv[1], timedelta(seconds=1))])
print(json.dumps([seen.ok, seen.cause]))
prober.close()
"""


def asked_by_a_child(url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", CHILD, url], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def wait_until(moment: float) -> None:
    eventually(lambda: time.monotonic() > moment)


@pytest.mark.parametrize(("stopped", "path", "ok"), [(3.0, "/once", True), (0.0, "/once/unstopped", False)])
def test_a_failure_in_a_stopped_process_is_asked_again(stopped: float, path: str, ok: bool) -> None:
    with running() as target, asked_by_a_child(target.url(path)) as child:
        eventually(lambda: target.seen[path])
        if stopped:
            os.kill(child.pid, signal.SIGSTOP)
            wait_until(time.monotonic() + stopped)
            os.kill(child.pid, signal.SIGCONT)
        answer, _ = child.communicate(timeout=60)
    assert json.loads(answer)[0] is ok
    assert target.seen[path] == (2 if stopped else 1)


def test_questions_that_wait_are_dated_when_they_are_asked() -> None:
    answers: list[Answer] = []

    def all_there() -> bool:
        answers.extend(prober.collect())
        return len(answers) == 4

    with running() as target:
        prober = CurlProber(concurrency=1)
        begun = datetime.now(UTC)
        prober.submit([(str(i), Ask(target.url("/slow/0.1"), timedelta(seconds=5))) for i in range(4)])
        eventually(all_there)
        prober.close()
    dates = [answer.asked_at for answer in answers]
    assert dates == sorted(dates)
    assert begun <= dates[0]
    assert dates[-1] - dates[0] >= timedelta(seconds=0.3)
