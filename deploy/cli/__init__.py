"""The command line: arguments and output, by typer. What a command does is in `deploy.commands`."""
