"""The archive: source documents kept byte for byte, by content hash."""
