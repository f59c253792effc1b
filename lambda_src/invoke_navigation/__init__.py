"""POST /invokesagemakerinference: asks the navigation model about an image."""
