"""The explorer: bills, votes and members as pages for people, made of what the API answers."""
