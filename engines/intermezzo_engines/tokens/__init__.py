"""What the engines over token grids share: the quantiser, one masked-token prior, one sampling loop, the text side."""
