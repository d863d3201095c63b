"""The bot's threads share the heaps of the C library."""

import subprocess
import sys

HEAPS = """
import re, sys, threading
from pathlib import Path
from bot.cli.arenas import share_arenas

shared = share_arenas() if sys.argv[1] == "shared" else False
gate = threading.Barrier(9)
threads = [threading.Thread(target=lambda: (bytearray(5000), gate.wait(), gate.wait())) for _ in range(8)]
for thread in threads:
    thread.start()
gate.wait()
maps = Path("/proc/self/maps").read_text()
gate.wait()
print(shared, len(re.findall(r"-[0-9a-f]*[048c]000000 ---p", maps)))
"""


def heaps(how: str) -> tuple[str, int]:
    """What it answered, and how many heaps of threads there are: each reserves memory up to a multiple of 64 MB."""
    done = subprocess.run([sys.executable, "-c", HEAPS, how], capture_output=True, text=True, check=True)
    answered, number = done.stdout.split()
    return answered, int(number)


def test_eight_threads_have_one_heap_beside_the_main_one() -> None:
    assert heaps("each")[1] > 1
    assert heaps("shared") == ("True", 1)
