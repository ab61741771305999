"""The sticker engine: a text to a picture and a motion, both as layers, and to the tokens of a short looping film."""
