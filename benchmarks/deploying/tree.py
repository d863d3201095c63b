"""Runs a command and counts the CPU of all that it started, also of what it left behind (such as ssh's masters).

python tree.py COMMAND…      needs nothing but Python; what was left behind is ended, by its id; prints one line of JSON
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36  # <linux/prctl.h>: orphans become ours, so that their CPU is counted when they end


def children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def reap() -> None:
    while left := children():
        for pid in left:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)


def main() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    begun = time.monotonic()
    done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    wall = time.monotonic() - begun
    reap()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = "" if done.returncode == 0 else (done.stdout + done.stderr)[-2000:]
    figures = {"cpu": used.ru_utime + used.ru_stime, "wall": wall, "status": done.returncode, "said": said}
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
