"""The search port on tantivy, in process."""
