"""``hotspots store``: the incidents that are kept, import by import. Imports little."""

from dashboard.commands.parsing import NO_FIGURES, RECORDS, Command

DESCRIPTION = (
    "What is kept between two sessions: incidents with the import they came with, and what became "
    "of every row. Nothing that was imported is changed; an undone import counts no longer."
)
EXAMPLES = (
    "hotspots store import months",
    "hotspots store list",
    "hotspots store undo 3",
    "hotspots store export --level exact --from 2016-01-01 --out incidents-personal-data.parquet",
    "hotspots store purge --before 2015-04-01 --dry-run",
)
COMMANDS = {
    "import": Command(
        "keep the incidents of files (as hotspots import)", f"{__name__}.adding", NO_FIGURES
    ),
    "list": Command("the imports, and what they brought", f"{__name__}.listing", NO_FIGURES),
    "show": Command(
        "one import: files, columns, first problems", f"{__name__}.showing", NO_FIGURES
    ),
    "undo": Command("make an import count no longer", f"{__name__}.undoing", NO_FIGURES),
    "restore": Command("take back an undo", f"{__name__}.restoring", NO_FIGURES),
    "review": Command(
        "incidents of two sources that look like one", f"{__name__}.reviewing", RECORDS
    ),
    "versions": Command("what each import said of one incident", f"{__name__}.versions", RECORDS),
    "export": Command("the incidents themselves as a file", f"{__name__}.exporting", RECORDS),
    "purge": Command("delete incidents before a day for good", f"{__name__}.purging", NO_FIGURES),
    "log": Command("who did what and when", f"{__name__}.log", NO_FIGURES),
    "check": Command("read everything and say what is damaged", f"{__name__}.checking", NO_FIGURES),
}
"""What is said of imports is for whoever adds the records and has them; it is no figure of them."""
