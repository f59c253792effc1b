"""Running a definition: expressions, graph, steps."""
