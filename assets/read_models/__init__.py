"""The read models beyond the lists, downstream of everything stored: search index, ClickHouse facts."""
