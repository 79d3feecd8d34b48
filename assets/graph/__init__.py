"""What several Dagster assets share: partitions, metadata, plots. No parsing, no loading."""
