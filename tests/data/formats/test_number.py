"""Numbers as people write them: a text, by which format, and what it is."""

import polars as pl
import pytest

from halfmoon.base.errors import InputError
from halfmoon.data.formats.contract import BOUND, MARK, READ, UNREAD
from halfmoon.data.formats.number import NumberFormat
from halfmoon.data.formats.number_inference import WrittenNumbers

PLAIN, GROUPED = NumberFormat(), NumberFormat(grouped=True, currency="$")
KILOS = NumberFormat(unit="kg")
COMMA, PERCENT = NumberFormat(decimal=",", grouped=True, currency="€"), NumberFormat(percent=True)

CELLS = [
    # text, format, value, what became of it
    ("1.5", PLAIN, 1.5, READ),
    (" 1.5 ", PLAIN, 1.5, READ),
    ("\u00a01.5\u2009", PLAIN, 1.5, READ),
    ("+1.5", PLAIN, 1.5, READ),
    ("1e3", PLAIN, 1000.0, READ),
    ("1.5E-03", PLAIN, 0.0015, READ),
    (".5", PLAIN, 0.5, READ),
    ("5.", PLAIN, 5.0, READ),
    ("5-", PLAIN, -5.0, READ),
    ("(5)", PLAIN, -5.0, READ),
    ("−5", PLAIN, -5.0, READ),
    ("- 5", PLAIN, -5.0, READ),
    ("１２.５".replace(".", "．"), PLAIN, 12.5, READ),
    ("1 234", PLAIN, 1234.0, READ),
    ("1\u202f234\u202f567.5", PLAIN, 1234567.5, READ),
    ("1'234", PLAIN, 1234.0, READ),
    ("1’234", PLAIN, 1234.0, READ),
    ("<1.0", PLAIN, 1.0, BOUND),
    ("> 5", PLAIN, 5.0, BOUND),
    ("≤5", PLAIN, 5.0, BOUND),
    ("1,234", PLAIN, None, UNREAD),
    ("1,5", PLAIN, None, UNREAD),
    ("$5", PLAIN, None, UNREAD),
    ("5%", PLAIN, None, UNREAD),
    ("5 kg", PLAIN, None, UNREAD),
    (" 1e99999999999999999999", PLAIN, None, UNREAD),
    (" 1e+05 ", PLAIN, 1e5, READ),
    ("--5", PLAIN, None, UNREAD),
    ("(-5)", PLAIN, None, UNREAD),
    ("(5", PLAIN, None, UNREAD),
    ("1.2.3", PLAIN, None, UNREAD),
    ("12 34", PLAIN, None, UNREAD),
    ("1 2345", PLAIN, None, UNREAD),
    ("2020-01-02", PLAIN, None, UNREAD),
    ("10:30", PLAIN, None, UNREAD),
    ("high", PLAIN, None, UNREAD),
    ("$1,234.50", GROUPED, 1234.5, READ),
    ("-$1,234", GROUPED, -1234.0, READ),
    ("$-1,234", GROUPED, -1234.0, READ),
    ("($1,234)", GROUPED, -1234.0, READ),
    ("1,234 $", GROUPED, 1234.0, READ),
    ("12,34,567", GROUPED, 1234567.0, READ),
    ("1,234,567", GROUPED, 1234567.0, READ),
    ("1,23", GROUPED, None, UNREAD),
    ("0,123", GROUPED, None, UNREAD),
    ("€5", GROUPED, None, UNREAD),
    ("$5 €", GROUPED, None, UNREAD),
    ("$5%", GROUPED, None, UNREAD),
    ("1.234,50 €", COMMA, 1234.5, READ),
    ("1.234.567", COMMA, 1234567.0, READ),
    ("0,5", COMMA, 0.5, READ),
    ("1,5e3", COMMA, 1500.0, READ),
    ("1 234,5", COMMA, 1234.5, READ),
    ("1.5", COMMA, None, UNREAD),
    ("12%", PERCENT, 0.12, READ),
    ("12.5 %", PERCENT, 0.125, READ),
    ("-3%", PERCENT, -0.03, READ),
    ("0.12", PERCENT, None, UNREAD),
    ("5 kg", KILOS, 5.0, READ),
    ("5kg", KILOS, 5.0, READ),
    ("-5.5 KG", KILOS, -5.5, READ),
    ("1e3 kg", KILOS, 1000.0, READ),
    ("<5 kg", KILOS, 5.0, BOUND),
    ("5", KILOS, None, UNREAD),
    ("5 lb", KILOS, None, UNREAD),
    ("kg 5", KILOS, None, UNREAD),
    ("5 kg 3", KILOS, None, UNREAD),
    ("5 m²", NumberFormat(unit="m²"), 5.0, READ),
    ("5 m2", NumberFormat(unit="m2"), 5.0, READ),
    ("5 mg/dL", NumberFormat(unit="mg/dl"), 5.0, READ),
    ("21 °C", NumberFormat(unit="°c"), 21.0, READ),
    ("20 sq ft", NumberFormat(unit="sqft"), 20.0, READ),
    ("$1.5k", NumberFormat(unit="k", currency="$"), 1.5, READ),
    ("$1500", NumberFormat(unit="k", currency="$"), None, UNREAD),
    ("5 % vol", NumberFormat(unit="vol", percent=True), 0.05, READ),
    ("true", NumberFormat(truth=True), 1.0, READ),
    ("No", NumberFormat(truth=True), 0.0, READ),
    ("true", PLAIN, None, UNREAD),
    ("odd", NumberFormat(others=("odd",)), None, MARK),
    ("odd" + "x" * 300, NumberFormat(others=(("odd" + "x" * 300)[:100],)), None, MARK),
    ("odd", NumberFormat(lenient=True), None, MARK),
    ("", PLAIN, None, READ),
]
MISSING = [
    " ", "NA", "n/a", "N/A", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "NULL", "NaN",
    "None", "nan", "null", "-", "--", "?", ".", "missing", "Missing", "#DIV/0!", "none", "nil", "NaT", "\u00a0", " ? ", "unknown",
    "#VALUE!",
]  # fmt: skip


@pytest.mark.parametrize(("text", "format_", "value", "state"), CELLS)
def test_a_cell_is_read_by_its_format(text, format_, value, state):
    cells = format_.read(pl.Series("x", [text, None]))
    assert cells.values.dtype == pl.Float64
    assert cells.values.to_list() == [value, None]
    assert (READ if cells.states is None else cells.states[0]) == state


@pytest.mark.parametrize("text", MISSING)
@pytest.mark.parametrize("format_", [PLAIN, COMMA, PERCENT])
def test_marks_for_missing_are_missing(text, format_):
    cells = format_.read(pl.Series("x", [text]))
    assert cells.values.to_list() == [None]
    assert cells.rows(MARK).to_list() == [0]


def test_a_cell_is_read_the_same_way_in_any_company():
    texts = [f"{place % 7},{place:03}%" for place in range(1000)]
    format_ = NumberFormat(decimal=",", percent=True)
    together = format_.read(pl.Series("x", texts)).values.to_list()
    assert together == [format_.read(pl.Series("x", [text])).values[0] for text in texts[:50]] + together[50:]
    assert together == format_.read(pl.Series("x", texts * 5)).values.to_list()[:1000]


COLUMNS = [
    # cells, the format, whether it is assumed
    (["1.5", "2"], PLAIN, False),
    (["1,5", "22,75"], NumberFormat(decimal=","), False),
    (["1,234", "5,678"], NumberFormat(grouped=True), True),
    (["1,234", "1,234,567"], NumberFormat(grouped=True), False),
    (["1,234", "5.25"], NumberFormat(grouped=True), False),
    (["1,234.5"], NumberFormat(grouped=True), False),
    (["1.234,5"], NumberFormat(decimal=",", grouped=True), False),
    (["1.234.567", "8"], NumberFormat(decimal=",", grouped=True), False),
    (["0,123"], NumberFormat(decimal=","), False),
    (["1234,567"], NumberFormat(decimal=","), False),
    (["$5", "$7", "€3"], NumberFormat(currency="$"), False),
    (["12 %", "7%", "5"], PERCENT, False),
]


@pytest.mark.parametrize(("cells", "format_", "assumed"), COLUMNS)
def test_the_format_is_found_out(cells, format_, assumed):
    written = WrittenNumbers(pl.Series(cells), pl.Series([1] * len(cells)))
    assert written.format(None, None) == (format_, assumed)


def test_where_it_stays_open_other_columns_tell_or_a_person():
    written = WrittenNumbers(pl.Series(["1,234"]), pl.Series([3]))
    assert written.format(None, ",") == (NumberFormat(decimal=","), True)
    assert written.format(",", None) == (NumberFormat(decimal=","), False)
    assert written.format(".", ",") == (NumberFormat(grouped=True), False)


@pytest.mark.parametrize(
    ("series", "held"),
    [
        (pl.Series("x", [1], dtype=pl.Date), "dates"),
        (pl.Series("x", [1], dtype=pl.Time), "times"),
        (pl.Series("x", [1], dtype=pl.Duration("us")), "durations"),
    ],
)
def test_another_kind_is_refused(series, held):
    with pytest.raises(InputError, match=f"^the column 'x' must hold numbers as in training, it holds {held}$"):
        PLAIN.read(series)


@pytest.mark.parametrize("build", [lambda: NumberFormat(decimal=";"), lambda: NumberFormat(percent=1), lambda: NumberFormat(others=["a"])])
def test_damaged_formats_are_refused(build):
    with pytest.raises(InputError):
        build()
