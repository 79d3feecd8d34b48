"""What editors do to overrides: drafts and the editor. It uses the domains; no domain uses it."""
