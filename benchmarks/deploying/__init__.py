"""The parts of `benchmarks/deploy.py`: targets, contenders, and how their cost is measured."""
