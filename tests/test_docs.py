"""What the documents promise: links lead somewhere, commands run, settings are the code's."""

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest

from dashboard.cli import COMMANDS, command_of, main
from dashboard.commands import store
from dashboard.commands.parsing import OK, REJECTED_ROWS, flag_of
from dashboard.map_results import map_results, ward_results
from dashboard.settings import MapSettings
from geo.clusters.dbscan import DbscanParams
from geo.clusters.hdbscan import HdbscanParams
from geo.clusters.st_dbscan import StDbscanParams
from geo.frames import FrameParams
from geo.grids.gistar_params import GiStarParams
from geo.hotspots.table import HotspotParams
from geo.params import ChoiceSpec, NumberSpec, Params
from geo.readers import read
from geo.readers.columns import columns_by_meaning
from geo.store.opening import ENVIRONMENT
from geo.surfaces.chance import ChanceParams
from geo.surfaces.density import DensityParams
from tests.sample_files import SYNTHETIC_MONTHS

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
IDS = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]
GUIDE = ROOT / "docs" / "user-guide"

FENCE = re.compile(r"^```(.*)\n((?:.*\n)*?)^```$", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
COMMAND = re.compile(r"^(?:\.venv[/\\](?:bin|Scripts)[/\\])?hotspots (?=[\w-])(.*)$")
INLINE = re.compile(r"`(hotspots [\w-][^`]*)`")
PLACEHOLDER = re.compile(r"\b[A-Z]{3,}\b")


@dataclass(frozen=True)
class Block:
    """A fenced block: the words behind the fence, its text, and where it stands."""

    info: str
    text: str
    where: str


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks() -> Iterator[Block]:
    for path, name in zip(DOCUMENTS, IDS, strict=True):
        for found in FENCE.finditer(text_of(path)):
            line = text_of(path).count("\n", 0, found.start()) + 1
            yield Block(found[1].strip(), found[2], f"{name}:{line}")


def commands_in(text: str) -> list[str]:
    lines = (line.split("  #")[0].strip() for line in text.splitlines())
    return [found[1] for line in lines if (found := COMMAND.match(line))]


BLOCKS = tuple(blocks())
IN_BLOCKS = [(block.where, command) for block in BLOCKS for command in commands_in(block.text)]
IN_LINES = [
    (name, command)
    for path, name in zip(DOCUMENTS, IDS, strict=True)
    for code in INLINE.findall(FENCE.sub("", text_of(path)).replace("\n", " "))
    for command in commands_in(code)
]
EXAMPLES = [
    (block.where, command)
    for block in BLOCKS
    if block.info == "sh example"
    for command in commands_in(block.text)
]
SAID = [(block, after) for block, after in pairwise(BLOCKS) if after.info == "text said"]
WITH_OUTPUT = [(block, after) for block, after in pairwise(BLOCKS) if after.info == "text output"]
SAMPLES = [block for block in BLOCKS if block.info == "csv sample"]
FILES = {block.info.split()[1]: block for block in BLOCKS if re.match(r"csv \w+\.csv$", block.info)}
SNIPPETS = [block for block in BLOCKS if block.info == "python example"]


# ---- links ---------------------------------------------------------------------------------------


def slug(heading: str) -> str:
    """Turn a heading to the anchor that code hosts make of it."""
    plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return plain.replace(" ", "-")


def broken_links(path: Path, root: Path = ROOT) -> list[str]:
    broken = []
    for target in LINK.findall(FENCE.sub("", text_of(path))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = unquote(target).partition("#")
        aim = (path.parent / file).resolve() if file else path
        if not (aim.is_relative_to(root) and aim.exists() and has_anchor(aim, anchor)):
            broken.append(target)
    return broken


def has_anchor(path: Path, anchor: str) -> bool:
    return not anchor or anchor in map(slug, HEADING.findall(text_of(path)))


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_every_relative_link_and_picture_is_there(path: Path):
    assert broken_links(path) == []


def test_a_broken_link_would_be_found(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("# One\n[a](#one) [b](#two) ![c](no.png) [d](https://example.org)\n")
    assert broken_links(page, tmp_path.resolve()) == ["#two", "no.png"]


def test_every_proof_that_is_named_is_there():
    named = [
        (name, proof)
        for path, name in zip(DOCUMENTS, IDS, strict=True)
        for proof in re.findall(r"`((?:tests|geo|dashboard|boundaries)/[\w/]+\.py)`", text_of(path))
    ]
    assert len([proof for name, proof in named if name == "docs/threat-model.md"]) > 30
    assert [(name, proof) for name, proof in named if not (ROOT / proof).is_file()] == []


def test_every_document_can_be_reached_from_the_first_page():
    known, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in known:
            continue
        known.add(page)
        aims = [page.parent / unquote(link).split("#")[0] for link in LINK.findall(text_of(page))]
        for aim in (aim.resolve() for aim in aims):
            waiting += sorted(aim.glob("*.md")) if aim.is_dir() else []
            waiting += [aim] if aim.suffix == ".md" and aim.is_file() else []
    assert [name for path, name in zip(DOCUMENTS, IDS, strict=True) if path not in known] == []


def test_decisions_are_numbered_without_gaps():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


# ---- commands ------------------------------------------------------------------------------------


def parsed(command: str) -> None:
    """Read a command line as the program would, without running it."""
    words = shlex.split(command)
    if words[0].startswith("-"):
        assert words in (["--help"], ["--version"])
        return
    _, parser, rest = command_of(words)
    if "--help" not in rest:
        parser.parse_intermixed_args(rest)


@pytest.mark.parametrize(("where", "command"), IN_BLOCKS, ids=[c for _, c in IN_BLOCKS])
def test_every_command_line_parses(where: str, command: str):
    parsed(command)


def test_commands_named_in_sentences_parse():
    # "hotspots wards" alone names the command; whole command lines are tried.
    whole = [command for _, command in IN_LINES if is_whole(command)]
    assert whole
    for command in whole:
        parsed(PLACEHOLDER.sub("https://example.org/{z}/{x}/{y}.png", command))


def is_whole(command: str) -> bool:
    """Say whether this is a command line, and not the name of a command or of one of a group."""
    words = command.split()
    group = import_module(COMMANDS[words[0]].module) if words[0] in COMMANDS else None
    return len(words) > (2 if hasattr(group, "COMMANDS") else 1)


@pytest.fixture
def desk(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder with the files that examples name; made once, each test has a copy."""
    made = tmp_path_factory.getbasetemp() / "desk"
    if not made.exists():
        shutil.copytree(SYNTHETIC_MONTHS, made / "months")
        assert main(["demo", str(made / "incidents.csv")]) == OK
        for name, block in FILES.items():
            (made / name).write_text(block.text, encoding="utf-8")
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "store"))
    return tmp_path


def fill_store(desk: Path, factory: pytest.TempPathFactory, *, undone: bool = False) -> None:
    """Keep what the examples before have kept; done once, each test has a copy."""
    filled = factory.getbasetemp() / "filled store"
    if filled.exists():
        shutil.copytree(filled, desk / "store")
    else:
        example = next(c for _, c in EXAMPLES if c.startswith("import") and "--column" in c)
        assert main(["import", "months"]) in {OK, REJECTED_ROWS}
        assert main(shlex.split(example)) == REJECTED_ROWS
        shutil.copytree(desk / "store", filled)
    if undone:
        assert main(["store", "undo", "2"]) == OK


@pytest.mark.parametrize(("where", "command"), EXAMPLES, ids=[c for _, c in EXAMPLES])
def test_examples_run(
    where: str,
    command: str,
    desk: Path,
    tmp_path_factory: pytest.TempPathFactory,
    capfd: pytest.CaptureFixture[str],
):
    words = shlex.split(command)
    if words[0] == "rerun":  # of a file that an earlier example has written
        detect = ["detect", "incidents.csv", "--level", "exact", "--method", "density"]
        detect += ["--no-chance"]
        assert main([*detect, "--out", words[1]]) == OK
    if "store" in words:
        fill_store(desk, tmp_path_factory, undone=words[1] == "restore")
    capfd.readouterr()
    with_rejected = {"months", "extract.csv"} & set(words)
    assert main(words) in ({OK, REJECTED_ROWS} if with_rejected else {OK})
    written = [Path(word) for word in words if re.search(r"\.\w+$", word) and word[0] != "-"]
    assert all(path.stat().st_size for path in written)
    is_silent = words[0] in {"demo", "import"} or words[1] in {"undo", "restore", "check"}
    is_said = "--out" not in words or words[0] == "patrol"  # a plan is read out, too
    assert bool(capfd.readouterr().out) == (is_said and not is_silent)


@pytest.mark.parametrize("block", SNIPPETS, ids=[block.where for block in SNIPPETS])
def test_snippets_for_other_programs_run(
    block: Block,
    desk: Path,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
):
    fill_store(desk, tmp_path_factory)
    exports = [shlex.split(c) for _, c in EXAMPLES if c.startswith("store export")]
    assert {main(words) for words in exports} == {OK}
    capsys.readouterr()
    exec(compile(block.text, block.where, "exec"), {})
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    ("block", "after"), WITH_OUTPUT, ids=[block.where for block, _ in WITH_OUTPUT]
)
def test_printed_output_is_what_comes_out(
    block: Block, after: Block, desk: Path, capfd: pytest.CaptureFixture[str]
):
    command = commands_in(block.text)[-1]
    capfd.readouterr()
    assert main(shlex.split(command)) == OK
    lines = iter(capfd.readouterr().out.splitlines())
    missing = [
        shown
        for shown in after.text.splitlines()
        if not any(line.startswith(shown) for line in lines)
    ]
    assert missing == []


@pytest.mark.parametrize(("block", "after"), SAID, ids=[block.where for block, _ in SAID])
def test_what_is_quoted_is_said(
    block: Block, after: Block, desk: Path, capfd: pytest.CaptureFixture[str]
):
    main(shlex.split(commands_in(block.text)[-1]))
    lines = iter(capfd.readouterr().err.splitlines())
    missing = [
        shown
        for shown in after.text.splitlines()
        if not any(line.startswith(shown) for line in lines)
    ]
    assert missing == []


def test_make_targets_and_modules_named_are_there():
    every = "\n".join(text_of(path) for path in DOCUMENTS)
    makefile = text_of(ROOT / "Makefile")
    targets = set(re.findall(r"(?:^|`)make ([a-z]+)\b", every, re.MULTILINE))
    assert {"run", "test"} <= targets
    assert [name for name in targets if f"\n{name}:" not in makefile] == []
    modules = set(re.findall(r"python -m ([a-z_.]+[a-z])", every))
    assert modules
    assert [name for name in modules if find_spec(name) is None] == []


def test_functions_named_in_sentences_are_there():
    every = "\n".join(text_of(path) for path in DOCUMENTS)
    names = set(re.findall(r"`(geo(?:\.[a-z_]+)+)`", every))
    assert "geo.surfaces.isobands.isobands" in names
    assert [name for name in names if not is_there(name)] == []


def is_there(name: str) -> bool:
    """Say whether a dotted name is a module, or a name in one."""
    module, _, last = name.rpartition(".")
    try:
        return hasattr(import_module(module), last) or find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def test_documents_have_examples_of_every_kind():
    words = [shlex.split(command) for _, command in EXAMPLES]
    assert {command for command, *_ in words} == set(COMMANDS) - {"serve"}
    of_store = {names[1] for names in words if names[0] == "store"}
    assert of_store | {"import"} == set(store.COMMANDS)
    assert FILES
    assert SNIPPETS
    assert WITH_OUTPUT
    assert SAMPLES


# ---- data and settings ---------------------------------------------------------------------------


@pytest.mark.parametrize("block", SAMPLES, ids=[block.where for block in SAMPLES])
def test_the_sample_of_own_data_is_read_without_a_problem(block: Block, tmp_path: Path):
    file = tmp_path / "own.csv"
    file.write_text(block.text, encoding="utf-8")
    report = read([file]).report
    assert report.located == report.used == block.text.count("\n") - 1
    assert report.problems.empty
    assert report.notes == ()


def test_headings_named_in_the_guide_are_understood():
    table = text_of(GUIDE / "analyst.md").split("headings that are understood")[1].split("\n\n")[0]
    headings = re.findall(r"`([^`]+)`", table)
    assert len(headings) > 20
    assert [heading for heading in headings if not columns_by_meaning([heading])] == []


SETTINGS: tuple[tuple[str, type[Params]], ...] = (
    ("density", DensityParams),
    ("gistar", GiStarParams),
    ("dbscan", DbscanParams),
    ("hdbscan", HdbscanParams),
    ("st-dbscan", StDbscanParams),
    ("chance", ChanceParams),
    ("hotspot", HotspotParams),
    ("time slider", FrameParams),
)


def settings_table() -> str:
    """Make the table of the analyst's guide from the settings themselves."""
    _, parser, _ = command_of(["detect"])
    options = set(re.findall(r"--[a-z0-9-]+", parser.format_help()))
    rows = [
        f"| {group} | {spec.label} | {option_of(group, spec, options)} | {bounds_of(spec)} | "
        f"{default_of(spec)} | {spec.help} |"
        for group, params in SETTINGS
        for spec in (*params.specs(), *params.choices())
        if spec.name != "vintage"  # of the input, whatever the method
    ]
    head = "| of | setting | option of `hotspots detect` | bounds | default | |"
    return "\n".join([head, "|---" * 6 + "|", *rows])


def option_of(group: str, spec: NumberSpec | ChoiceSpec, options: set[str]) -> str:
    candidates = [flag_of(f"{group}_{spec.name}"), flag_of(spec.name)]
    return next((f"`{name}`" for name in candidates if name in options), "on the page only")


def bounds_of(spec: NumberSpec | ChoiceSpec) -> str:
    if isinstance(spec, ChoiceSpec):
        return ", ".join(f"`{name}`" for name in spec.options)
    return f"{spec.low:,.10g} to {spec.high:,.10g} {spec.unit}".rstrip()


def default_of(spec: NumberSpec | ChoiceSpec) -> str:
    if isinstance(spec, ChoiceSpec):
        return f"`{spec.default}`"
    return "chosen from the data" if spec.default is None else f"{spec.default:,.10g}"


def test_the_table_of_settings_is_that_of_the_code():
    between = r"<!-- settings -->\n(.*?)\n?<!-- end of settings -->"
    found = re.search(between, text_of(GUIDE / "analyst.md"), re.DOTALL)
    assert found is not None
    assert found[1] == settings_table()


def test_the_guide_quotes_what_the_map_of_the_demonstration_data_says():
    incidents = read(["demo"]).incidents
    settings = MapSettings(vintage="2002")
    wards = ward_results(incidents, settings)
    model = map_results(incidents, settings, wards, source="demo").model
    view = model.views["whole"]
    first = view.hotspots[0][0]
    quoted = " ".join(re.sub(r"^> ?", "", text_of(GUIDE / "map.md"), flags=re.MULTILINE).split())
    assert view.sentences[0] in quoted
    assert first.name in quoted
    assert first.facts in quoted
    assert f'"{model.views["steps"].name}"' in quoted
