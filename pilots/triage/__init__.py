"""Appeals of citizens: what they are about, whose they are, by when they must be answered, and whether they came before."""
