"""Work beside the window: requests, the engine host (a child process), the in-process runner and the cache; no Qt."""
