"""The roles document of one member: terms, caucuses and offices with their days."""
