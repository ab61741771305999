"""The image engine: a text becomes 16 x 16 tokens, and the tokens a picture of 128 x 128 pixels with transparency."""
