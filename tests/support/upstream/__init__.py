"""Parliament's place: recorded, simulated and scripted documents, and ingestion from them."""
