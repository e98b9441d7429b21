"""The packaged postcodes are made from OS's download, and made again to the same bytes."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from boundaries.errors import InputFileError
from boundaries.registry import Registry
from geo.postcodes import load_postcodes
from geo.postcodes.build import build, main
from geo.postcodes.lookup import EVERYWHERE_FILE, FOLDER, LONDON_FILE

HEADINGS = (
    "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\r\n"
    "Postcode,Positional_quality_indicator,Eastings,Northings,Country_code,NHS_regional_HA_code,"
    "NHS_HA_code,Admin_county_code,Admin_district_code,Admin_ward_code\r\n"
)
METADATA = (
    "ORDNANCE SURVEY\r\nPRODUCT: OS CODE-POINT\r\nDATASET VERSION NUMBER: 2025.2.0\r\n"
    "COPYRIGHT DATE: 20250422\r\n      AB\t17389\r\n"
)
LONDON, SURREY = "E09000033", "E07000210"


def row(postcode: str, quality: int, easting: int, northing: int, district: str) -> str:
    return f'"{postcode}",{quality},{easting},{northing},"E92000001","","","","{district}",""\r\n'


AREAS = {
    # Of eight letters where the first half has two marks, of seven without a space at four.
    "w": row("W6  9JU", 10, 522_692, 178_430, LONDON)
    + row("W1A 1AA", 50, 529_000, 181_000, LONDON),
    "kt": row("KT8 9AA", 10, 524_692, 178_430, SURREY)
    + row("KT8 9AB", 10, 524_693, 178_430, SURREY)
    + row("KT999AC", 20, 400_000, 178_430, SURREY),
    "po": row("PO241AA", 90, 0, 0, ""),
}


def download(folder: Path, **members: str) -> Path:
    path = folder / "codepo_gb.zip"
    whole = {
        "Doc/Code-Point_Open_Column_Headers.csv": HEADINGS,
        "Doc/metadata.txt": METADATA,
        **{f"Data/CSV/{area}.csv": text for area, text in AREAS.items()},
        **{name.replace("__", "/"): text for name, text in members.items()},
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in whole.items():
            archive.writestr(name, text)
    return path


def test_london_and_what_is_within_two_kilometres_are_kept(tmp_path):
    build(download(tmp_path), folder=tmp_path)
    postcodes = load_postcodes(tmp_path)
    assert postcodes.table.to_pydict() == {
        "postcode": ["KT89AA", "PO241AA", "W1A1AA", "W69JU"],
        "easting": [524_692, 0, 529_000, 522_692],
        "northing": [178_430, 0, 181_000, 178_430],
        "positional_quality": [10, 90, 50, 10],
    }
    assert postcodes.outward_codes == {"KT8": 2, "KT99": 1, "PO24": 1, "W1A": 1, "W6": 1}
    assert postcodes.here == {"KT8": 1, "PO24": 1, "W1A": 1, "W6": 1}
    assert postcodes.edition == "2025.2.0"


def test_everywhere_is_kept_on_request_and_then_used(tmp_path):
    path = download(tmp_path)
    build(path, folder=tmp_path)
    build(path, everywhere=True, folder=tmp_path)
    assert Registry(tmp_path).names == (EVERYWHERE_FILE, LONDON_FILE)
    assert len(load_postcodes(tmp_path).table) == 6


def test_the_registry_says_the_source_the_day_and_the_words_that_must_stand_with_it(tmp_path):
    build(download(tmp_path), folder=tmp_path)
    made, packaged = (Registry(folder).entry(LONDON_FILE) for folder in (tmp_path, FOLDER))
    assert made.vintage == packaged.vintage == "edition 2025.2.0, copyright date 20250422"
    assert made.licence == packaged.licence == "Open Government Licence v3.0"
    for owner in ("Contains OS data ©", "Contains Royal Mail data ©", "National Statistics"):
        assert owner in made.attribution
        assert owner in packaged.attribution
        assert owner in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_the_same_download_gives_the_same_bytes(tmp_path):
    path = download(tmp_path)
    first = build(path, folder=tmp_path).read_bytes()
    assert build(path, folder=tmp_path).read_bytes() == first


@pytest.mark.parametrize(
    "members",
    [
        {"Doc__metadata.txt": "nothing"},
        {"Doc__Code-Point_Open_Column_Headers.csv": "PC,PQ"},
        {"Doc__Code-Point_Open_Column_Headers.csv": "PC,PQ\r\nPostcode,Eastings"},
        {"Data__CSV__w.csv": "<html>"},
    ],
)
def test_another_file_is_refused(tmp_path, members):
    with pytest.raises(InputFileError, match=r"codepo_gb.zip .*Give the CSV download of OS Code"):
        build(download(tmp_path, **members), folder=tmp_path)
    assert not (tmp_path / LONDON_FILE).exists()


def test_a_download_without_london_and_a_text_file_are_refused(tmp_path):
    with pytest.raises(InputFileError, match="has no postcode of London"):
        build(download(tmp_path, Data__CSV__w=AREAS["kt"], **{"Data__CSV__w.csv": AREAS["kt"]}))
    text = tmp_path / "notes.zip"
    text.write_text("no archive")
    with pytest.raises(SystemExit) as stop:
        main([str(text)])
    assert stop.value.code == 2


def test_the_packaged_file_is_small_sorted_and_around_london():
    table = load_postcodes().table.to_pandas()
    placed = table[table.positional_quality != 90]
    assert (FOLDER / LONDON_FILE).stat().st_size < 2_000_000
    assert table.postcode.is_monotonic_increasing
    assert table.postcode.is_unique
    assert len(table) > 190_000
    assert placed.easting.between(501_000, 564_000).all()
    assert placed.northing.between(153_000, 203_000).all()
    assert np.array_equal(table.easting.to_numpy() == 0, table.positional_quality == 90)
