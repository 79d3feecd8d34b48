"""How new everything is that is served."""
