"""The desktop face of Intermezzo: the only package that knows Qt."""
