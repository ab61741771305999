"""What every musical sketch, lane and file shares: keys, chords, metres and the conventions of sung syllables."""
