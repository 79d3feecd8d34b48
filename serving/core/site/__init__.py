"""Pages and documents about the API itself: OpenAPI, health, first page."""
