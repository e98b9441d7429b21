"""Density surfaces: kernels, bandwidth, contours, and whether they are more than chance."""
