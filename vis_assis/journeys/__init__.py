"""What the demo and the browser tests walk through."""
