"""The pages for everybody but analysts: made of a release, never of incidents."""
