"""ClickHouse: the facts that statistics are counted from. They are a copy: `rebuild facts` makes them from the logs."""
