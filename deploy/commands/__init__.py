"""What each command does, without typer. Local servers are in `deploy.local`."""
