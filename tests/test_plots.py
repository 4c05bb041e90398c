"""Plots: what they show, that they can be told apart without colour, and how they look."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy
import pytest

mpl.use("agg")

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.testing.compare import compare_images
from matplotlib.testing.decorators import remove_ticks_and_titles

import lanzarote_data as lz
from lanzarote_data.frames.plots import LOOKS, PLOTS
from tests.synthetic import synthetic_data

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent / "data"

# How people see colours who lack one kind of cone: Machado, Oliveira and Fernandes 2009, a
# physiologically-based model for simulation of color vision deficiency, severity 1.
BLINDNESS = {
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


@pytest.fixture(scope="module")
def data() -> lz.Dataset:
    return synthetic_data()


@pytest.fixture(autouse=True)
def no_figure_left() -> Iterator[None]:
    yield
    pyplot.close("all")


def test_every_plot_takes_and_returns_an_axis(data: lz.Dataset) -> None:
    for name in PLOTS:
        axis = pyplot.figure().subplots()
        assert getattr(lz.plots, name)(axis, data=data) is axis
        assert isinstance(getattr(lz.plots, name)(data=data), Axes)


def test_the_bars_are_the_counts_of_all_or_of_a_party(data: lz.Dataset) -> None:
    axis = lz.plots.urgency_by_chapter(data=data)
    widths = [[round(bar.get_width()) for bar in bars] for bars in axis.containers]
    assert widths == [[0, 2, 1, 0], [0, 2, 1, 0], [0, 2, 1, 0]]
    labels = [label.get_text().partition(".")[0] for label in axis.get_yticklabels()]
    assert labels == ["I", "II", "IX", "X"]
    names = [text.get_text() for text in legend(axis)]
    assert names == ["require", "request", "invite"]
    axis = lz.plots.urgency_by_chapter(data=data, party="NLD")
    assert sum(bar.get_width() for bar in axis.patches) == 2  # type: ignore[attr-defined]


def test_the_heat_map_has_a_number_in_every_cell_and_parties_by_name(data: lz.Dataset) -> None:
    axis = lz.plots.party_by_chapter(data=data)
    assert [text.get_text() for text in axis.texts] == ["0", "5", "0", "0", "0", "1", "1", "0"]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["Belgium", "France"]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["I", "II", "IX", "X"]
    renamed = data.with_rows("parties", [{"party_id": "BEL", "name": "Świat"}])
    axis = lz.plots.party_by_chapter(data=renamed)
    assert [label.get_text() for label in axis.get_yticklabels()] == ["France", "Świat"]


def test_follow_up_shows_the_status_of_each_recommendation_over_time(data: lz.Dataset) -> None:
    axis = lz.plots.follow_up_over_time(data=data)
    assert [text.get_text() for text in legend(axis)] == [
        "reported",
        "under way",
        "partially implemented",
        "implemented",
        "not implemented",
        "no reply",
        "nothing reported",
    ]
    tops = [layer.get_paths()[0].get_extents().y1 for layer in axis.collections]
    assert max(tops) == len(data.matrix())
    assert max(tops[:-1]) == 5  # five recommendations and Parties have an entry


def test_follow_up_of_one_party_or_of_one_without_any(data: lz.Dataset) -> None:
    axis = lz.plots.follow_up_over_time(data=data, party="FRA")
    names = [text.get_text() for text in legend(axis)]
    assert names == ["not implemented", "no reply", "nothing reported"]
    axis = lz.plots.follow_up_over_time(data=data, party="NLD")
    assert axis.texts[0].get_text() == "Nothing reported."


def legend(axis: Axes) -> list[Any]:
    """The texts of an axis’s legend."""
    found = axis.get_legend()
    assert found is not None
    return list(found.get_texts())


@pytest.mark.parametrize("party", ["BEL", "NLD"])
def test_the_credit_line_is_below_where_it_is_asked_for(data: lz.Dataset, party: str) -> None:
    for name in PLOTS:
        given = {} if name == "party_by_chapter" else {"party": party}
        axis = getattr(lz.plots, name)(data=data, credit=True, **given)
        credit = " ".join(axis.texts[-1].get_text().split())
        assert credit == data.credit()
        axis.figure.draw_without_rendering()
        box, figure = axis.texts[-1].get_window_extent(), axis.figure.bbox
        assert box.y1 < axis.get_window_extent().y0 and box.y0 >= 0 and box.x1 <= figure.x1


def linear(colour: Any) -> numpy.ndarray[Any, Any]:
    """The light of an sRGB colour, without its gamma."""
    values = numpy.array(to_rgb(colour))
    return numpy.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lightness(light: numpy.ndarray[Any, Any]) -> float:
    """CIE L*, from 0 (black) to 100 (white)."""
    y = float(numpy.clip(light, 0, 1) @ [0.2126, 0.7152, 0.0722])
    return 903.3 * y if y <= 0.008856 else 116 * y ** (1 / 3) - 16


@pytest.mark.parametrize("eyes", [None, *BLINDNESS])
def test_levels_of_urgency_differ_in_lightness_for_all_eyes(eyes: str | None) -> None:
    matrix = numpy.array(BLINDNESS[eyes]) if eyes else numpy.eye(3)
    levels = [lightness(matrix @ linear(colour)) for colour, _ in LOOKS[:3]]
    assert levels == sorted(levels)
    assert all(b - a > 25 for a, b in pairwise(levels))


def test_what_is_alike_in_grey_differs_in_hatching() -> None:
    for i, (colour, hatch) in enumerate(LOOKS):
        for other, other_hatch in LOOKS[i + 1 :]:
            near = abs(lightness(linear(colour)) - lightness(linear(other))) < 15
            assert not near or hatch != other_hatch


def test_numbers_can_be_read_on_what_they_stand_on(data: lz.Dataset) -> None:
    axis = lz.plots.party_by_chapter(data=data)
    image = axis.images[0]
    cells = numpy.asarray(image.get_array()).ravel()
    for text, value in zip(axis.texts, cells, strict=True):
        paper = lightness(linear(image.to_rgba(value)))
        assert abs(paper - lightness(linear(text.get_color()))) > 40


@pytest.mark.parametrize("name", PLOTS)
def test_picture(data: lz.Dataset, tmp_path: Path, name: str) -> None:
    """The picture without its words, whose shapes differ between versions of the libraries.

    A picture that is meant to change is made again by deleting it and running the test.
    """
    expected = HERE / "plots" / f"{name}.png"
    figure = pyplot.figure(figsize=(6, 3), dpi=60)
    axis = getattr(lz.plots, name)(figure.subplots(), data=data)
    axis.set_xlabel("")
    axis.set_ylabel("")
    for text in axis.texts:
        text.set_visible(False)
    if axis.get_legend():
        axis.get_legend().remove()
    remove_ticks_and_titles(figure)
    actual = tmp_path / f"{name}.png"
    figure.savefig(actual)
    if not expected.exists():
        expected.parent.mkdir(exist_ok=True)
        figure.savefig(expected, metadata={"Software": None})
        pytest.fail(f"{expected.name} was missing and has been made: look at it and keep it.")
    assert compare_images(str(expected), str(actual), tol=3) is None
