"""Sign-in: who may open the dashboard from elsewhere, and what keeps everybody else out."""
