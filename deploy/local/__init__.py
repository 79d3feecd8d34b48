"""One laptop: the embedded servers, the data folder they keep their files in, and the supervisor that runs them."""
