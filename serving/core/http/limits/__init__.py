"""Who asks and how much they may: identity of callers, limits of requests, and the queue before uncached work.

Counting itself is `warehouse.cache`'s; what a refused caller reads is in `serving.core.http.errors` and `problems`.
"""
