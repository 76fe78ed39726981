"""Answers as they were given to people: their scores, what people said of them, and whether the two agree."""
