"""``hotspots audit``: who did what and when, and whether the log of it holds. Imports little."""

from dashboard.commands.parsing import NO_FIGURES, Command

DESCRIPTION = (
    "The audit log: sign-ins, imports, undone and purged ones, changes to exact figures, and every "
    "file that was taken away. It is a file of its own beside the store; HOTSPOTS_AUDIT names its "
    "folder."
)
EXAMPLES = (
    "hotspots audit verify",
    "hotspots audit show --from 2026-01-01 --action export",
    "hotspots audit show --head",
)
COMMANDS = {
    "verify": Command(
        "whether anything in the log was changed", f"{__name__}.verifying", NO_FIGURES
    ),
    "show": Command("who did what and when", f"{__name__}.showing", NO_FIGURES),
}
