"""The page of `vis-assis console`: what `status` and `history` show, live in a browser."""
