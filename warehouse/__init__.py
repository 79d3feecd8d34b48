"""Where facts live: the only package that talks to a database, a broker, an index, a cache or a bucket."""
