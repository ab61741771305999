"""How words are said: the dictionaries of the person and of the project, and the window that says one word otherwise.

Everything here goes by what a manifest declares: an engine that has a parameter of the kind 'dictionary' takes part.
"""
