"""What is on the shelves, as the warehouse tells it."""

import time

PER_ITEM = 0.01  # seconds; the warehouse is asked for one item at a time


def count(items):
    """How many there are of each."""
    return {name: _ask(name) for name, _ in items}


def _ask(name):
    time.sleep(PER_ITEM)
    return 10 + len(name)
