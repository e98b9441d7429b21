"""Who did what and when: a log that only grows, and in which changes show."""
