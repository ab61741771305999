"""The editor of token grids: tokens beside their output, with brushes, masks, a palette and what a token could be."""
