"""Which squares teams visit: the problem, ways to solve it, and a bound."""
