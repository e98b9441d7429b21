"""Of the same data there is one release, whoever asks first and however many ask at once."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from geo import demonstration
from geo.disclosure.ledger import (
    SHIPPED,
    FolderLedger,
    MemoryLedger,
    ReleaseError,
    release_of,
)
from geo.disclosure.release import Release, ReleaseParams
from tests.factories import make_incidents

FEW = make_incidents([f"2018-0{m}-11T10:00" for m in (1, 1, 2, 3, 3, 3)], [(523_000, 179_000)] * 6)
PARAMS = ReleaseParams(vintage="2002")


@pytest.mark.parametrize("ledger", ["memory", "folder"])
def test_the_second_to_ask_gets_the_first_release(tmp_path, ledger):
    kept = MemoryLedger() if ledger == "memory" else FolderLedger(tmp_path / "releases")
    first = release_of(FEW, PARAMS, kept)
    again = FolderLedger(tmp_path / "releases") if ledger == "folder" else kept
    assert release_of(FEW, PARAMS, again).as_dict() == first.as_dict()


def test_another_way_of_releasing_the_same_data_is_refused(tmp_path):
    ledger = FolderLedger(tmp_path)
    release_of(FEW, PARAMS, ledger)
    with pytest.raises(ReleaseError, match=r"2002 and 5 .* 2002 and 10 .* worked out"):
        release_of(FEW, replace(PARAMS, smallest_shown=10), ledger)
    with pytest.raises(ReleaseError, match="wards of 2022"):
        release_of(FEW, ReleaseParams(vintage="2022"), ledger)


def test_of_releases_made_at_once_one_is_kept_and_only_its_owner_may_read_it(tmp_path):
    made = release_of(FEW, PARAMS, MemoryLedger())
    others = [replace(made, gap=number / 100) for number in range(8)]
    ledgers = [FolderLedger(tmp_path / "a") for _ in others]
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda pair: pair[0].put(pair[1]), zip(ledgers, others, strict=True)))
    assert len({release.gap for release in kept}) == 1
    (file,) = (tmp_path / "a").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_damaged_release_is_not_replaced_by_another(tmp_path):
    ledger = FolderLedger(tmp_path)
    release_of(FEW, PARAMS, ledger)
    (file,) = tmp_path.iterdir()
    file.write_text(file.read_text()[:-40])
    with pytest.raises(ReleaseError, match="backup"):
        release_of(FEW, PARAMS, FolderLedger(tmp_path))


def test_nobody_waits_for_the_demonstration_data():
    data = demonstration.load()
    text = (SHIPPED / f"{data.fingerprint}.json").read_text("utf-8")
    shipped = Release.from_dict(json.loads(text))
    assert release_of(data, shipped.params, MemoryLedger()).as_dict() == shipped.as_dict()
