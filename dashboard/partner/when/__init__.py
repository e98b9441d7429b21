"""The parts of the page When for partners."""
