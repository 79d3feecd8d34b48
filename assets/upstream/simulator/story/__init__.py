"""What happens in the invented Parliament, and what of it is published by a moment: people, bills, votes, faults.

No document's format belongs here.
"""
