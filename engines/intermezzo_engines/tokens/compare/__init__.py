"""Several kinds of Y' for the same pictures under one budget: what each keeps, its size, what a text tells of it."""
