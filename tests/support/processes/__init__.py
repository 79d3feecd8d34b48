"""Commands and whole installations in processes of their own, to be killed, frozen and started again."""
