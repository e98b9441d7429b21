"""The page Methods and data: what every figure means, sources, limits and accessibility."""
