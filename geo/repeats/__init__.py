"""What comes back: near repeats, and repeat victims and places."""
