"""A stand-in for AWS on localhost: moto's server in a process of its own, and instances that are really there."""
