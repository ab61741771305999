"""The sound engine: a class or a text becomes tokens in time, and tokens become sounds of up to five seconds."""
