"""`make demo`: the product's main job on a local cloud, checked at every step."""
