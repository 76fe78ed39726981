"""How a service team brings a pilot from an empty folder to citizens: new, check, promote. Called by the command line only."""
