"""A model server that lies on purpose, and the count of what a person would see of it. Nothing here asks the guard what it thinks."""
