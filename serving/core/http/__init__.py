"""The ASGI shell in front of routing: negotiation, cache, limits, errors, metrics. It knows no service."""
