"""The score: a line of staff notation under the lanes that follows the view, and whole scores as PDF and SVG."""
