"""Slack's documented limits on messages, views and manifests, as tables and the few rules that tables cannot hold."""
