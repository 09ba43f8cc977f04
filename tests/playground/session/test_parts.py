"""The parts of a session by themselves: curve, timeline, chunks, data, the page of a replay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from browser import chromium, opened  # noqa: F401 - a fixture
from halfmoon.data import load
from halfmoon.playground.session import Session, datasets
from halfmoon.playground.session.curve import MOST_ROWS, Curve
from halfmoon.playground.session.frame import packed, unpacked
from halfmoon.playground.session.runner import aligned
from playground_sessions import step


@settings(max_examples=50)
@given(st.lists(st.integers(1, 3000), max_size=60))
def test_a_curve_is_thinned_evenly_and_ends_with_the_newest(chunks):
    curve, epoch, mirror, sent = Curve(), 0, [], -1
    for count in chunks:
        curve.extend(epoch + 1, np.arange(epoch + 1, epoch + 1 + count, dtype=float))
        epoch += count
        curve.add(epoch, float(epoch), 1.0)
        rows, serials = curve.rows, curve.serials
        start = int(np.searchsorted(serials, sent, "right"))  # as frames send it
        mirror = mirror[:start] + rows[start:, 0].tolist()
        sent = int(serials[-1])
        assert mirror == rows[:, 0].tolist()
        assert len(rows) <= MOST_ROWS
        assert rows[-1, 0] == epoch
        assert (rows[:-1, 0] % curve.stride == 0).all()
        assert (np.diff(rows[:, 0]) > 0).all()
        np.testing.assert_array_equal(rows[:, 0], rows[:, 1])
    curve.cut(epoch // 2)
    assert not len(curve) or curve.last[0] <= epoch // 2


@given(st.integers(0, 10**6), st.integers(1, 10**5))
def test_chunks_end_at_multiples_of_large_powers_of_two(epoch, count):
    made = aligned(epoch, count)
    assert 1 <= made <= count
    power = 1 << (count.bit_length() - 1)
    assert (epoch + made) % power == 0 or made == count


def test_a_timeline_keeps_few_checkpoints_over_a_long_training(small):
    step(small, 3000)
    timeline = small.runner.lanes[0].timeline
    assert timeline.epochs[0] == 0
    assert timeline.epochs[-1] == 3000
    assert 8 <= len(timeline.epochs) <= timeline.most
    assert timeline.nbytes <= timeline.most_bytes
    gaps = np.diff(timeline.epochs[:-1])
    assert gaps.max() <= 3000 / 4


@pytest.mark.parametrize(("kind", "noise"), [("moons", 0.2), ("circles", 0.1), ("xor", 0.1), ("spirals", 0.02)])
def test_data_are_those_that_come_with_halfmoon(kind, noise):
    X, y = datasets.DRAWN[kind](1000, noise, 666)
    frame = load(kind).frame
    np.testing.assert_array_equal(frame.select("x1", "x2").to_numpy(), X)
    np.testing.assert_array_equal(frame[load(kind).target].to_numpy(), y)


def test_products_stay_on_one_thread_as_long_as_there_are_sessions():
    with threadpool_limits(2, user_api="blas"):
        first, second = Session(), Session()
        first.close()
        first.close()
        assert {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"} == {1}
        second.close()
        assert {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"} == {2}


def test_a_frame_is_unpacked_as_it_was_packed():
    arrays = [("a", np.arange(3, dtype=np.uint8)), ("b", np.ones((2, 2), np.float32)), ("c", np.empty((0, 4), np.float32))]
    frame = packed({"frame": 1, "text": "第"}, arrays)
    header, found = unpacked(frame)
    assert header["text"] == "第"
    assert (4 + int.from_bytes(frame[:4], "little")) % 8 == 0
    assert all(each["offset"] % 8 == 0 for each in header["arrays"])
    for name, array in arrays:
        np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize("kind", ["moons", "blobs", "saddle"])
def test_a_replay_is_scrubbed_through_in_a_browser(chromium, small, tmp_path, kind):  # noqa: F811 - the fixture
    small.handle({"type": "language", "lang": "zh"})
    small.handle({"type": "settings", "settings": {"data": {"kind": kind, "test_share": 0.2}}})
    step(small, 12)
    html = small.handle({"type": "replay"})["html"]
    with opened(chromium, html, tmp_path) as page:
        assert page.get_attribute("body", "data-epoch") == "12"
        page.locator("#epoch").fill("0")
        assert page.get_attribute("body", "data-epoch") == "0"
        page.locator("#play").click()
        page.locator("body[data-epoch='12']").wait_for()
        assert page.locator("#play").inner_text() == "播放"
