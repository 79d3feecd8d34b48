"""Every member's ballot in one division, CSV or XML."""
