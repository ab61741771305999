"""The render queue: orders for files, kept through every restart and worked on behind what a hand waits for."""
