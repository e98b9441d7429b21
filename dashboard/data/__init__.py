"""What the page Data is made of: tables to read, a small map, and its parts from top to bottom."""
