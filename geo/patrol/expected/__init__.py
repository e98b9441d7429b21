"""What a shift is expected to bring, of incidents or of a release, and why where."""
