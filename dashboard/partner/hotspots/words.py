"""What is said of a released hotspot, in words that hold nothing but what was released."""

from dashboard.partner.shown import hours_in_words
from dashboard.words import amount, listed, plural
from geo.disclosure.area_finding import METHOD_WORDS, Method
from geo.disclosure.areas import AreaKey, Change, ReleasedAreas, ReleasedHotspot
from geo.disclosure.menu import MenuPeriod, earlier
from geo.disclosure.release import Release

M2_PER_HA = 10_000

METHOD_NAMES: dict[Method, str] = {"density": "Density", "dbscan": "Clusters (DBSCAN)"}
CHANGES: dict[Change, str] = {
    "rose": "more than in {before}, by more than chance would give",
    "fell": "fewer than in {before}, by more than chance would give",
    "no clear change": "no clear change since {before}",
    "not compared": "",
}


def facts(hotspot: ReleasedHotspot, before: MenuPeriod | None) -> str:
    """Say all that is known of a hotspot, in short sentences.

    Parameters
    ----------
    before
        The period that it was held against.
    """
    parts = [
        f"{hotspot.incidents.text} incidents, {amount(hotspot.shape.area / M2_PER_HA, 0)} ha",
        _sentence_case(when(hotspot, "busiest")),
        "Denser than chance would give" if hotspot.is_clear else "",
        _sentence_case(change(hotspot, before)),
        f"No hotspot here in {before.words}" if before is not None and hotspot.is_new else "",
        f"Strands: {listed(hotspot.strands)}" if hotspot.strands else "",
    ]
    return ". ".join(filter(None, parts))


def when(hotspot: ReleasedHotspot, word: str = "") -> str:
    """Say on which day and at which hours most happened; nothing where that is not known."""
    day = f"on {hotspot.day}s" if hotspot.day else ""
    hours = hours_in_words(hotspot.hours) if hotspot.hours else ""
    found = ", ".join(filter(None, (day, hours)))
    return f"{word} {found}".strip() if found else ""


def change(hotspot: ReleasedHotspot, before: MenuPeriod | None) -> str:
    """Say how it changed; nothing where it was not compared."""
    return CHANGES[hotspot.change].format(before=before.words) if before is not None else ""


def compared_with(release: Release, period: MenuPeriod) -> MenuPeriod | None:
    """Give the period that areas of another were held against: the one just before."""
    return earlier(release.menu, period, a_year=False)


def sentence(period: MenuPeriod, areas: ReleasedAreas | None) -> str:
    """Say in a sentence what stands out in a period."""
    if areas is None:
        return f"{period.words}: areas are released for years and the latest four quarters only."
    rest = ""
    if areas.left_out:
        verb = "rests" if areas.left_out == 1 else "rest"
        rest = (
            f" {plural(areas.left_out, 'more area')} {verb} on too few incidents or places to be "
            "shown."
        )
    if not areas.hotspots:
        return f"{period.words}: no area that may be shown stands out.{rest}"
    first = areas.hotspots[0]
    stand = "area stands" if len(areas.hotspots) == 1 else "areas stand"
    return (
        f"{period.words}: {len(areas.hotspots)} {stand} out, first {first.name} "
        f"({first.incidents.text} incidents).{rest}"
    )


def method_in_words(method: Method) -> str:
    """Say how areas were found, and what their order is."""
    return f"{METHOD_WORDS[method]} In the order of their ranges, then of their names."


def areas_of(release: Release, key: AreaKey) -> ReleasedAreas | None:
    """Give the areas of a period; None where none are released for it."""
    return release.hotspots.get(key)


def _sentence_case(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
