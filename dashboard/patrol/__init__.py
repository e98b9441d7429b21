"""Parts of the page Patrol, and what is handed out of a plan."""
