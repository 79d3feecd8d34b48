"""What an API process follows: versions, changes, lag."""
