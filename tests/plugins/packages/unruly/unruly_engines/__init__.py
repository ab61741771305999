"""Engines that do everything wrong, one thing each."""
