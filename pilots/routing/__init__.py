"""Which pilot a question belongs to, learnt from the examples in the manifests."""
