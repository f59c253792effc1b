"""Extensions that work, to copy from; docs/extending.md walks through them."""
