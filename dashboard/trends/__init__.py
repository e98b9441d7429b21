"""The parts of the page Trends."""
