"""What is written down about requests: metrics of one process and of several, the access log, and spans.

What other parts count or trace themselves stays with them; the setting-up of traces is in `warehouse.runtime`.
"""
