"""Which shard owns a bucket, and how buckets move."""
