# Every variable at its default.
