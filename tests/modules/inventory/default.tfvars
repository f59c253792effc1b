# Every other variable at its default.
no_amplify = true
