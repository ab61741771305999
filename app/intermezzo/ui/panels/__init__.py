"""The panels beside the timeline: source, chain and history at the left, the inspector at the right."""
