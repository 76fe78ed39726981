"""How a model retells what the steps of a pilot have found. Nothing that it writes leaves this package unjudged."""
