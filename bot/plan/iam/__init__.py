"""The least that the bot must be allowed in AWS for what the fleet file says."""
