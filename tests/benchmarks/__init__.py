"""Measurements, side by side in one run: `python -m tests.benchmarks`. They print; nothing here is a test of speed.

CPU time comes from /proc and is what ratios are made of: it holds on a busy machine, where requests/s do not.
"""
