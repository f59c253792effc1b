"""EC2: networks that Studio needs."""
