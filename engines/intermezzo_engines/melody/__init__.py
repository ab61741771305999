"""Melody: lyrics become a music template, and the template a tune."""
