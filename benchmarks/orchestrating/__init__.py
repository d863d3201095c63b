"""AWS as the benchmark of the rules needs it."""
