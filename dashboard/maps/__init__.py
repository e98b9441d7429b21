"""One layer model of a map, and the renderers that draw it.

``model`` says what is on a map; ``build`` makes it from results; ``live`` draws it in the page,
``standalone`` as one HTML file, ``picture`` as a PNG. No renderer computes a figure.
"""
