"""pretrained: engines over checkpoints that a person brings along, in the formats of transformers."""
