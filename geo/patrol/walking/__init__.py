"""Ways between places, and when each team is where."""
