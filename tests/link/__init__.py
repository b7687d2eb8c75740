"""A network for tests and benchmarks, whose delay, loss, rate and cuts are chosen while it runs."""
