"""The JSON Schema of every event type, generated: `python -m warehouse.model.schemas` writes them anew."""
