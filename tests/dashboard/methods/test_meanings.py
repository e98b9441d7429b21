"""Every figure has a meaning, in two sentences that people can read."""

import re

import pytest

from dashboard.methods import statements
from dashboard.methods.meanings import MEANINGS, TOPICS, meaning, meaning_of
from tests.readability import READING_AGE_12, grade, hardest
from tests.test_docs import HEADING, ROOT, slug

ALL = list(MEANINGS.values())


def test_names_are_told_apart():
    names = [one.name for topic in TOPICS for one in topic.meanings]
    assert len(names) == len(set(names)) == len(MEANINGS)


@pytest.mark.parametrize("one", ALL, ids=[one.name for one in ALL])
def test_a_meaning_is_a_plain_sentence_and_one_with_the_term(one):
    assert re.fullmatch(r"[A-Z][^\n]*[.]", one.plain)
    assert re.fullmatch(r"[A-Z][^\n]*[.]", one.term)
    example = re.sub(r"^\*", "kind_not_known", one.name).replace("*", "1")
    assert meaning(example) == f"{one.plain} {one.term}"


@pytest.mark.parametrize("one", ALL, ids=[one.name for one in ALL])
def test_the_document_it_names_has_that_heading(one):
    file, _, anchor = one.document.partition("#")
    text = (ROOT / "docs" / "methods" / file).read_text(encoding="utf-8")
    assert not anchor or anchor in map(slug, HEADING.findall(text))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("incidents", "incidents"),
        ("ward.E05013735.count", "ward.*.count"),
        ("hotspot.12.last_4_weeks", "hotspot.*.last_4_weeks"),
        ("fy.2016/17.strand.race", "strand.*"),
        ("strand.race.difference", "*.difference"),
        ("hotspot.2.difference", "*.difference"),
        ("fy.2016/17.victim_age.18-24.share", "*.share"),
        ("year.2017.ward.E05013735.count", "ward.*.count"),
        ("in_hotspot.chosen.when.hour.22", "when.hour.*"),
    ],
)
def test_a_figure_finds_its_meaning(name, found):
    assert meaning_of(name).name == found


@pytest.mark.parametrize(
    "name", ["incidents.sideways", "ward.E05013735", "hotspot.1", "fy.2016/17", "nothing.before"]
)
def test_what_nobody_has_said_is_no_meaning(name):
    with pytest.raises(KeyError, match="No meaning of the figure"):
        meaning(name)


def test_the_plain_sentences_can_be_read_at_twelve():
    plain = [one.plain for one in ALL]
    assert grade(" ".join(plain)) <= READING_AGE_12
    assert hardest(plain, 12) == []


def test_limits_and_protection_can_be_read_at_twelve():
    said = (*statements.LIMITS, *statements.PROTECTION)
    assert grade(" ".join(said)) <= READING_AGE_12
    assert hardest(said, 11) == []
