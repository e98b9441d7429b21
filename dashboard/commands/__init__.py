"""The commands of the command line, one module each.

Each has ``add_arguments(parser)`` and ``run(args) -> int``, the exit code. A module is imported
only when its command is asked for, so that the help of the others costs nothing.
"""
