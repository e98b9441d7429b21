import json
import socket

import pytest

from boundaries.arcgis import Layer, ServiceError, find_field

WHERE = "LAD25CD='E09000013'"


@pytest.fixture
def lines():
    return []


@pytest.fixture
def layer(ward_service, lines):
    return Layer(ward_service.url, lines.append, tries=3, first_wait_s=0.001, timeout_s=5)


def codes(features):
    return [each["properties"]["WD25CD"] for each in features]


def fetch(layer):
    return layer.features(WHERE, ["WD25CD", "WD25NM"], "WD25CD")


@pytest.mark.parametrize("flag_in_properties", [False, True])
@pytest.mark.parametrize("page_limit", [1, 7, 8, 21, 100])
def test_all_pages_are_fetched_in_order(layer, ward_service, page_limit, flag_in_properties):
    ward_service.page_limit = page_limit
    ward_service.flag_in_properties = flag_in_properties
    expected = [f"E050{n}" for n in range(13733, 13754)]
    assert codes(fetch(layer)) == expected
    assert len(ward_service.queries) == 1 + -(-21 // page_limit)


def test_asks_for_degrees_and_only_the_fields_needed(layer, ward_service):
    fetch(layer)
    asked = ward_service.queries[-1]
    assert (asked["outSR"], asked["outFields"], asked["f"]) == ("4326", "WD25CD,WD25NM", "geojson")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ((503, b"busy", None), r"error 503 \("),
        (
            (200, json.dumps({"error": {"code": 504, "message": "Slow"}}).encode(), None),
            "504.*Slow",
        ),
        ((200, b'{"count": ', None), "JSONDecodeError"),
        ((200, b'{"count": 21}', 500), "IncompleteRead"),
        ((200, b"[]", None), "not a JSON object"),
    ],
)
def test_passing_faults_are_tried_again(layer, ward_service, lines, fault, said):
    ward_service.faults = [fault, fault]
    assert len(fetch(layer)) == 21
    assert [line.rpartition(" in ")[2] for line in lines[:2]] == ["0.001 s", "0.002 s"]
    ward_service.faults = [fault] * 3
    with pytest.raises(ServiceError, match=f"failed 3 times.*{said}.*later"):
        fetch(layer)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ((404, b"", None), "404"),
        (
            (
                200,
                json.dumps(
                    {"error": {"code": 400, "message": "Cannot query", "details": ["Bad field"]}}
                ).encode(),
                None,
            ),
            r"400 \(Cannot query Bad field\)",
        ),
    ],
)
def test_lasting_errors_are_not_tried_again(layer, ward_service, lines, fault, said):
    ward_service.faults = [fault]
    with pytest.raises(ServiceError, match=f"refuses with error {said}"):
        fetch(layer)
    assert lines == []


def test_fewer_features_than_counted_are_refused(layer, ward_service):
    ward_service.lost = 1
    with pytest.raises(ServiceError, match=r"counts 21 features .* but gave 20"):
        fetch(layer)


def test_nobody_answers():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/FeatureServer/0"
        layer = Layer(url, lambda _: None, tries=2, first_wait_s=0.001)
        with pytest.raises(ServiceError, match=r"failed 2 times.*refused"):
            layer.field_names()


def test_files_are_not_services():
    with pytest.raises(ServiceError, match="not a web address"):
        Layer("file:///etc/hostname", print)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["FID", "WD22CD", "WD22NM", "LAD22CD"], "WD22CD"),
        (["wd19cd"], "wd19cd"),
        (["WD22CDO", "LAD22CD"], None),
        (["WD22CD", "WD23CD"], None),
    ],
)
def test_fields_are_found_for_any_year(names, found):
    assert find_field(names, r"WD\d\dCD") == found
