"""The navigation model: what runs inside the endpoint and what packs it for upload."""
