"""Parliament's own sites: polite fetching, a server that replays recorded documents, and a simulated Parliament."""
