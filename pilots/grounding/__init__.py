"""Whether what a model wrote stands in the passages that it cites. Nothing here asks a model."""
