"""Which method and setting predicts."""
