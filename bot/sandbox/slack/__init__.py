"""A Slack workspace on localhost. Start it with `bot.sandbox.slack.server.Server`; it is a stand-in, and says so."""
