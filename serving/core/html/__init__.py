"""Pages for people, rendered on the server: one frame, one stylesheet, no script, nothing from another host."""
