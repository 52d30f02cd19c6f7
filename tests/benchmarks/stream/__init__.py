"""`python -m tests.benchmarks.stream`: what a frame, a scan and a cart cost, beside a bare echo and a stock consumer.

Ratios of one run: each server and the load have a core of their own, CPU time is read from the server's process.
"""
