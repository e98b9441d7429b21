"""What is in the data before anything is mapped: where it is vague, stacked, missing or odd."""
