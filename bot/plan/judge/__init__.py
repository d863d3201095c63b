"""The statistics of the analysis gate: is the canary worse than what stands beside it? Pure."""
