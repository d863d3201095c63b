"""Pointsman: deploy and watch a fleet from Slack."""
