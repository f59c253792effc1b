"""`make bench`: our ways beside the usual ones, on the same input, as ratios."""
