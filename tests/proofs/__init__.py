"""Proofs under fault: real servers are killed, cut off, starved and lied to; what they acknowledged is on disk.

Each is a command (`python -m tests.proofs.crash`) that prints its seed, its count and its figure. `--control` takes the
safety away first, and then succeeds only if the proof notices.
"""
