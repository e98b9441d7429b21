import json

import pytest

from boundaries.errors import DataIntegrityError
from boundaries.registry import Registry, checksum, record, write_atomically

ABOUT = {
    "source": "a source",
    "url": "",
    "licence": "OGL",
    "attribution": "words",
    "retrieved": "2026-01-01",
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"x,y\n1,2\n")
    record(tmp_path, "a.csv", **ABOUT)
    return tmp_path


def test_gives_the_path_of_an_unchanged_file(folder):
    registry = Registry(folder)
    assert registry.path("a.csv") == folder / "a.csv"
    assert registry.names == ("a.csv",)
    assert registry.entry("a.csv").licence == "OGL"


def test_checksum_is_sha_256():
    # The example of FIPS 180-2, appendix B.1.
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert checksum(b"abc") == expected


def test_one_altered_byte_is_refused_even_after_a_good_read(folder):
    registry = Registry(folder, remedy="run the script")
    registry.path("a.csv")
    good, bad = checksum(b"x,y\n1,2\n"), checksum(b"x,y\r\n1,2\r\n")
    (folder / "a.csv").write_bytes(b"x,y\r\n1,2\r\n")
    with pytest.raises(DataIntegrityError, match=f"a.csv .*{good}, found {bad}.*run the script"):
        registry.path("a.csv")


def test_missing_file_and_unregistered_file_are_refused(folder):
    with pytest.raises(DataIntegrityError, match=r"b\.csv is not registered .*registered: a\.csv"):
        Registry(folder).path("b.csv")
    (folder / "a.csv").unlink()
    with pytest.raises(DataIntegrityError, match="missing; restore it from version control"):
        Registry(folder).path("a.csv")


def test_recording_again_keeps_what_is_not_given_anew(folder):
    (folder / "a.csv").write_bytes(b"new")
    entry = record(folder, "a.csv", retrieved="2026-02-02")
    assert entry.sha256 == checksum(b"new")
    assert (entry.source, entry.retrieved) == ("a source", "2026-02-02")
    assert Registry(folder).entry("a.csv") == entry


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("{", "is not JSON"),
        ("[]", "is not an object"),
        ('{"a.csv": {"sha256": "0"}}', r"entry of a\.csv .*missing"),
    ],
)
def test_damaged_registry_is_refused(folder, content, match):
    (folder / "registry.json").write_text(content)
    with pytest.raises(DataIntegrityError, match=match):
        Registry(folder)


def test_missing_registry_is_refused(tmp_path):
    with pytest.raises(DataIntegrityError, match=r"registry\.json is missing"):
        Registry(tmp_path)


def test_a_file_must_be_there_and_described_to_be_recorded(folder):
    with pytest.raises(DataIntegrityError, match="write it before it is registered"):
        record(folder, "b.csv", **ABOUT)
    (folder / "b.csv").write_bytes(b"")
    before = (folder / "registry.json").read_bytes()
    with pytest.raises(DataIntegrityError, match=r"entry of b\.csv"):
        record(folder, "b.csv", colour="red")
    assert (folder / "registry.json").read_bytes() == before


def test_registry_is_plain_sorted_json(folder):
    (folder / "Z.csv").write_bytes(b"")
    record(folder, "Z.csv", **ABOUT)
    assert list(json.loads((folder / "registry.json").read_text())) == ["Z.csv", "a.csv"]


def test_failed_write_leaves_the_old_content_and_no_draft(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"old")
    with pytest.raises(TypeError, match="bytes-like"):
        write_atomically(path, "not bytes")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["f"]
