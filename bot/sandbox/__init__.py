"""A stand-in for the world outside the bot, on localhost: a Slack workspace, SSH hosts and an application to deploy."""
