"""Exchange: the files of other programs (labels, tracks, subtitles) as pure functions between text and values."""
