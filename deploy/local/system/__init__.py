"""Accounts, processes, ports, files and disks of this machine. Knows no server."""
