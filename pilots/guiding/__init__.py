"""Guided dialogue over service cards: what is known of a person's case, what is still to ask, what a reply means."""
