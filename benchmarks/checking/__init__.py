"""The parts of `benchmarks/checks.py`: targets, contenders, trials, and how their cost is measured."""
