"""What changed: the feed of all changes, as pages and as a stream, and the register of corrections."""
