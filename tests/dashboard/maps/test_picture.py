from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from matplotlib.transforms import Bbox
from PIL import Image

from boundaries.errors import ParameterError
from dashboard.maps import picture
from dashboard.maps.picture import map_png, picture_png, ranked_wards
from dashboard.maps.picture_map import draw_map
from dashboard.maps.sheet import MAP_MM, PAGE_MM, Sheet
from dashboard.maps.ward_maps import change_map
from geo.clusters.dbscan import DbscanParams
from geo.selection import Selection
from geo.wards.change import ward_change
from geo.wards.table import WardParams
from tests.dashboard.maps.samples import HOSTILE, incidents, model, view_results, with_texts


@pytest.fixture(scope="module")
def drawn():
    return model()


def opened(data):
    image = Image.open(BytesIO(data))
    image.load()
    return image


def share_of(image, colour):
    """Share of the picture that has exactly a colour."""
    rgb = np.asarray(image.convert("RGB"))
    return (rgb == list(bytes.fromhex(colour[1:]))).all(axis=-1).mean()


def test_a4_landscape_at_the_resolution_asked_for(drawn):
    for dpi in (72, 150):
        image = opened(picture_png(drawn, "whole", 0, dpi=dpi))
        assert image.size == pytest.approx((297 / 25.4 * dpi, 210 / 25.4 * dpi), abs=1)
        assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)


def test_text_chunks_say_what_it_is(drawn):
    view = drawn.views["steps"]
    facts = opened(picture_png(drawn, "steps", 2, dpi=50)).text
    assert facts["Title"] == f"Incidents by ward, {view.frames[2]}"
    assert facts["Description"] == view.sentences[2]
    assert facts["Source"] == "Synthetic test data"
    assert facts["Located"] == view.located[2]
    assert facts["Disclosure"] == drawn.disclosure
    assert facts["Method"] == view.method
    assert "Open Government Licence" in facts["Copyright"]
    assert "Software" not in facts


def test_same_map_gives_the_same_bytes(drawn):
    once, again = (picture_png(drawn, "whole", 0, dpi=60) for _ in range(2))
    assert once == again


def test_each_ward_has_the_colour_of_its_class(drawn):
    view = drawn.views["whole"]
    image = opened(picture_png(drawn, "whole", 0, dpi=100))
    wards = view.values[0, : len(drawn.base.wards)]
    used = {next(c.colour for c in view.scale.classes if v <= c.high) for v in wards}
    for step in view.scale.classes:
        # Unused classes stand in the legend only: seven by under four of 297 by 210 mm.
        least = 0.0006 if step.colour in used else 0
        assert least < share_of(image, step.colour)
        assert step.colour in used or share_of(image, step.colour) < 0.0006


def test_fill_changes_the_map(drawn):
    wards = opened(picture_png(drawn, "whole", 0, dpi=60))
    density = opened(picture_png(drawn, "whole", 0, fill="density", dpi=60))
    nothing = opened(picture_png(drawn, "whole", 0, fill="none", dpi=60))
    darkest = drawn.views["whole"].scale.classes[-1].colour
    assert share_of(wards, darkest) > share_of(nothing, darkest) == 0 == share_of(density, darkest)
    assert np.asarray(density).tobytes() != np.asarray(nothing).tobytes()
    top = drawn.views["whole"].surface.scale.classes[-1].colour
    assert share_of(density, top) > 0


def test_band_says_demonstration(drawn):
    marked = replace(drawn, is_demonstration=True)
    assert share_of(opened(picture_png(marked, "whole", 0, dpi=60)), "#1d70b8") > 0.02
    assert share_of(opened(picture_png(drawn, "whole", 0, dpi=60)), "#1d70b8") == 0
    facts = opened(picture_png(marked, "whole", 0, dpi=50)).text
    assert facts["Comment"] == "Demonstration data, synthetic"


def page_of(model, view, frame, fill="wards"):
    """Draw a page as picture_png does, and give it before it becomes a PNG."""
    sheet = Sheet(150)
    page = picture._Page(model, model.views[view], frame, fill)
    picture._heading(sheet, page)
    draw_map(sheet, model, page.view, frame, fill)
    picture._ranked_list(sheet, page)
    picture._caption(sheet, page)
    return sheet


def boxes_of(sheet):
    texts = [t for t in sheet.axes.texts if t.get_text()]
    return {t: sheet._box_of(t) for t in texts}


CROWDED = {"params": DbscanParams(eps_m=100, min_incidents=5)}


@pytest.mark.parametrize("options", [{}, CROWDED], ids=["density", "dbscan"])
@pytest.mark.parametrize("fill", ["wards", "none"])
@pytest.mark.parametrize("vintage", ["2002", "2022"])
def test_no_word_is_over_another_or_cut_off(options, fill, vintage):
    crowded = model(vintage=vintage, **options)
    for view, frame in (("whole", 0), ("steps", 3)):
        boxes = boxes_of(page_of(crowded, view, frame, fill))
        page = Bbox([[0, 0], PAGE_MM])
        items = list(boxes.items())
        for i, (text, box) in enumerate(items):
            assert page.xmin < box.xmin < box.xmax < page.xmax, text.get_text()
            assert page.ymin < box.ymin < box.ymax < page.ymax, text.get_text()
            for other, taken in items[i + 1 :]:
                # Lines of one paragraph may share a hair of their line spacing.
                inner = Bbox([[box.xmin, box.ymin + 0.25], [box.xmax, box.ymax - 0.25]])
                assert not inner.overlaps(
                    Bbox([[taken.xmin, taken.ymin + 0.25], [taken.xmax, taken.ymax - 0.25]])
                ), (text.get_text(), other.get_text())


@pytest.mark.parametrize("vintage", ["2002", "2022"])
def test_every_ward_is_named_with_its_figure(vintage):
    crowded = model(vintage=vintage, **CROWDED)
    words = {t.get_text().replace("\n", " ") for t in boxes_of(page_of(crowded, "whole", 0))}
    values = crowded.views["whole"].values[0]
    for ward, value in zip(crowded.base.wards, values, strict=False):
        assert f"{ward.name} {value:,.0f}" in words


def test_every_hotspot_has_a_badge_on_the_map_and_a_place_in_the_list(drawn):
    sheet = page_of(drawn, "whole", 0)
    spots = drawn.views["whole"].hotspots[0]
    assert len(spots) >= 3
    for spot in spots:
        badges = [box for t, box in boxes_of(sheet).items() if t.get_text() == str(spot.rank)]
        on_map = [b for b in badges if MAP_MM.contains(*b.get_points().mean(axis=0))]
        assert len(on_map) >= 1
        assert len(badges) - len(on_map) >= 1


def test_long_list_ends_with_how_many_more(drawn):
    spots = drawn.views["whole"].hotspots[0]
    many = tuple(replace(spots[0], rank=rank, name="A corner") for rank in range(1, 31))
    view = replace(drawn.views["whole"], hotspots=(many,))
    sheet = page_of(replace(drawn, views={"whole": view}), "whole", 0)
    words = [t.get_text() for t in boxes_of(sheet)]
    more = next(w for w in words if w.endswith("more hotspots"))
    listed = sum(w == "A corner" for w in words)
    assert more == f"and {30 - listed} more hotspots"
    assert listed > 5


def test_no_hotspot_is_said(drawn):
    view = replace(drawn.views["whole"], hotspots=((),))
    sheet = page_of(replace(drawn, views={"whole": view}), "whole", 0)
    assert any("no area qualifies" in t.get_text() for t in boxes_of(sheet))


def test_ward_without_a_figure_is_hatched_and_explained(drawn):
    values = drawn.views["whole"].values.copy()
    values[0, 0] = np.nan
    view = replace(drawn.views["whole"], values=values)
    sheet = page_of(replace(drawn, views={"whole": view}), "whole", 0)
    words = [t.get_text() for t in boxes_of(sheet)]
    assert "No figure" in words
    assert any(w.endswith("no figure") for w in words)
    assert any(artist.get_hatch() for artist in sheet.axes.collections)


@pytest.mark.parametrize("text", [" ".join(HOSTILE), HOSTILE[-1], "", "word " * 80, "W" * 300])
def test_any_text_can_be_drawn(drawn, text):
    image = opened(picture_png(with_texts(drawn, text), "steps", 1, dpi=50))
    assert image.size[0] > 0


@pytest.mark.parametrize(
    ("view", "frame", "fill", "message"),
    [
        ("none", 0, "wards", r"no view 'none'; it has whole, steps"),
        ("whole", 1, "wards", r"Frame is 1; view 'whole' has frames 0 to 0"),
        ("steps", -1, "wards", r"Frame is -1; view 'steps' has frames 0 to 4"),
        ("whole", 0, "heat", r"Fill is 'heat'; it must be wards, density or none"),
    ],
)
def test_what_is_not_there_is_refused(drawn, view, frame, fill, message):
    with pytest.raises(ParameterError, match=message):
        picture_png(drawn, view, frame, fill=fill)


def test_density_without_a_surface_is_refused():
    results = view_results(incidents(), params=DbscanParams(eps_m=150, min_incidents=5))
    assert results["whole"].hotspots.surface is None
    clusters = model(params=DbscanParams(eps_m=150, min_incidents=5))
    with pytest.raises(ParameterError, match=r"no density surface; fill with wards or none"):
        picture_png(clusters, "whole", 0, fill="density")


@pytest.fixture(scope="module")
def changes():
    data = incidents(300, months=6)
    result = ward_change(data, Selection(), WardParams(period="month"), "2016-11", "2016-12")
    return change_map(result, source="s", before="Nov 2016", after="Dec 2016")


def test_the_map_alone_is_as_large_as_asked_and_always_the_same(drawn):
    size = (127.0, 101.6)
    one = map_png(drawn, size_mm=size, dpi=50)
    assert opened(one).size == (250, 200)
    assert one == map_png(drawn, size_mm=size, dpi=50)
    with pytest.raises(ParameterError, match="at least 110 by 90"):
        map_png(drawn, size_mm=(60.0, 60.0))


def test_the_map_alone_shows_changes_in_their_colours_and_says_them(changes):
    view = changes.views["whole"]
    image = opened(map_png(changes, dpi=80))
    shown = {view.scale.class_of(value).colour for value in view.values[0][:-2].tolist()}
    assert len(shown) > 2
    assert all(share_of(image, colour) > 0.001 for colour in shown)
    assert image.text["Title"] == "Change by ward, Nov 2016 to Dec 2016"


def test_wards_are_ranked_from_the_highest_figure_on(changes):
    view = changes.views["whole"]
    ranked = ranked_wards(changes, view, 0)
    values = [view.values[0][i] for i, _ in ranked]
    assert values == sorted(values, reverse=True)
    assert sorted(i for i, _ in ranked) == list(range(21))
    for value, (_, facts) in zip(values, ranked, strict=True):
        assert facts.startswith(view.scale.figure(value, 0))
