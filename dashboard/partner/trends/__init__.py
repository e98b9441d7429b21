"""The parts of the page Trends for partners."""
