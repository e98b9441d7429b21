"""Search for secrets: ``python -m tests.secret_scan`` looks at every tracked file, and with
``--history`` at everything that was ever committed.

A value that says itself that it is none is left alone: write made-up ones with "made-up",
"example", "test", "secret" or "password" in them, or make them when the test runs.
"""

import math
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Other people's published files, some of them one long line.
LEFT_OUT = ("static/vendor/", "tests/browser/vendor/")

# What gives itself away by its form, wherever it stands.
FORMS = {
    "a private key": r"BEGIN (?:[A-Z]+ )*PRIVATE KEY|PuTTY-User-Key-File-\d",
    "an access token": (
        r"\b(?:gh[pousr]_\w{30,}|github_pat_\w{22,}|glpat-[\w-]{20,}|xox[abeprs]-[\w-]{10,}"
        r"|npm_\w{36}|pypi-AgE\w{20,}|sk_live_\w{16,}|AIza[\w-]{35})"
    ),
    "a key of Amazon's cloud": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "a key of Microsoft's cloud": r"AccountKey=[\w+/=]{40,}|\b[\w~.-]{3}[78]Q~[\w~.-]{31,34}",
    "a signed token": r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}",
}

# What is one by its name: client_secret = "...", "api-key": "...", password: ...
_NAME = r"(?i:secret|passw(?:or)?d|passphrase|pwd|token|api[_-]?key|access[_-]?key|credential)"
_BARE = r"[^\s\"'#;,(){}\[\]<>]{8,}"  # as in .env, .ini and .yaml, where nothing is in quotes
NAMED = re.compile(
    rf"\b[\w-]*{_NAME}[\w-]*[\"']?\s*[:=]\s*(?:[\"'](?P<quoted>[^\"'\s]{{8,}})[\"']"
    rf"|(?P<bare>{_BARE})\s*$)",
    re.MULTILINE,
)
IN_ADDRESS = re.compile(r"\b[a-z][\w+.-]*://[^\s/:@\"'<>]*:(?P<quoted>[^\s/@\"'<>]{3,})@", re.I)
ASSIGNED = re.compile(r"[:=]\s*[\"'](?P<quoted>[\w+/~=-]{24,})[\"']")

_MADE_UP = re.compile(
    r"(?i)made.?up|example|test|s[e3]cr|cret|passw|placeholder|changeme|your|xxx|[*<{$]|\.\.\."
)
_BITS_OF_RANDOM = 4.0  # per character; 24 random letters and digits have 4.2, words 3.5
_BITS_OF_NAMED = 3.0


def bits(value: str) -> float:
    """Give Shannon's entropy of a character."""
    shares = [n / len(value) for n in Counter(value).values()]
    return -sum(share * math.log2(share) for share in shares)


def findings(text: str) -> list[str]:
    """Give what was found, with the line and never with the secret itself."""
    found = [
        (match.start(), what) for what, form in FORMS.items() for match in re.finditer(form, text)
    ]
    found += [(at, "a secret by its name") for at in _by_name(text)]
    found += [
        (match.start(), "a password in an address")
        for match in IN_ADDRESS.finditer(text)
        if not _MADE_UP.search(match["quoted"])
    ]
    found += [
        (match.start(), "a value as if by chance")
        for match in ASSIGNED.finditer(text)
        if _is_random(match["quoted"])
    ]
    return [f"line {text.count(chr(10), 0, at) + 1}: {what}" for at, what in sorted(set(found))]


def _by_name(text: str) -> Iterator[int]:
    for match in NAMED.finditer(text):
        value = match["quoted"] or match["bare"]
        # Bare words are code, such as token = other_token; what is random in them has digits.
        is_value = match["quoted"] or (
            re.search(r"\d", value) and not re.search(r"[.:]\w+$", value)
        )
        if is_value and bits(value) >= _BITS_OF_NAMED and not _MADE_UP.search(value):
            yield match.start()


def _is_random(value: str) -> bool:
    has_all = all(re.search(kind, value) for kind in ("[a-z]", "[A-Z]", r"\d"))
    return has_all and bits(value) >= _BITS_OF_RANDOM and not _MADE_UP.search(value)


def tracked(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Give the names and texts of all tracked files; none that is not text."""
    for name in _git(root, "ls-files", "-z").decode().split("\0"):
        path = root / name
        if path.is_file() and not name.startswith(LEFT_OUT):
            yield from _text(name, path.read_bytes())


def history(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Give every text that was ever committed, with the start of its id."""
    listed = _git(root, "rev-list", "--objects", "--all").decode().splitlines()
    names = dict(line.split(" ", 1) for line in listed if " " in line)
    kept = {blob: name for blob, name in names.items() if not name.startswith(LEFT_OUT)}
    answer = _git(root, "cat-file", "--batch", given="\n".join(kept).encode())
    start = 0
    for blob, name in kept.items():
        head = answer[start : answer.index(b"\n", start)]
        kind, size = head.split()[1:]
        start += len(head) + 1 + int(size) + 1
        if kind == b"blob":
            yield from _text(f"{name} ({blob[:10]})", answer[start - 1 - int(size) : start - 1])


def _text(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    if b"\0" not in content:
        yield name, content.decode("utf-8", errors="ignore")


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    done = subprocess.run(
        ["git", *arguments], cwd=root, input=given, capture_output=True, check=True
    )
    return done.stdout


def main(arguments: list[str] | None = None) -> int:
    """Look, and give 1 if anything was found."""
    given = sys.argv[1:] if arguments is None else arguments
    texts = history() if "--history" in given else tracked()
    seen, found = 0, 0
    for name, text in texts:
        seen += 1
        for finding in findings(text):
            found += 1
            print(f"{name}: {finding}")
    print(f"Secrets: {found or 'none'} found in {seen:,} texts")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
