"""Services that ours is compared with, each started as a process of its own. They answer with the same JSON and share
no code of serving with ours."""
