"""The pages of the dashboard, one module each; they choose, call and show, and compute nothing."""
