"""How a tune is made to sound: synthesised instruments, a room, and an accompaniment from the chords."""
