"""What a server runs may be used by a council, for nothing and for any purpose."""

from pathlib import Path

import pytest

from tests.licences import FAMILIES, LOCK, PAGE, family, locked

RENEW = "run python -m tests.licences"


def test_every_locked_package_has_a_licence_that_we_take():
    assert [name for name in locked() if family(name) is None] == []


def test_the_page_is_up_to_date():
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines()]
    listed = {name: row[0] for row in rows if row[0] in FAMILIES for name in row[1].split(", ")}
    assert {name: family(name) for name in locked()}.items() <= listed.items(), RENEW
    assert [name for name in listed if f"\n{name}==" not in LOCK.read_text("utf-8")] == [], RENEW


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("License-Expression: BSD-3-Clause AND Zlib", "BSD"),
        ("License-Expression: LGPL-3.0-only", "LGPL"),
        ("License-Expression: GPL-3.0-or-later", None),
        ("License-Expression: AGPL-3.0-only", None),
        ("Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)", None),
        ("License: Proprietary", None),
        ("Summary: says nothing", None),
    ],
)
def test_copyleft_and_silence_are_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stated: str, expected: str | None
):
    folder = tmp_path / "made_up-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: made-up\nVersion: 1.0\n{stated}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert family("made-up") == expected
