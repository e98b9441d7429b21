"""What became of a plan: what moved since, visits made, incidents before and after."""
