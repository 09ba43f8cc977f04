"""The functions that a NumPy file has beside its forward pass, each where it is used. ``{...}`` are filled in, so braces are doubled."""

ARRAY = '''def array(shape, text):
    """Return the array whose bytes are given as base64."""
    return np.frombuffer(base64.b64decode(text), "{letters}").reshape(shape).astype({dtype})
'''

NORMALISE_ROWS = '''def normalise_rows(x, epsilon):
    """Return (x - m) / sqrt(v + epsilon), with the mean m and the mean square deviation v of each row."""
    centred = x - x.mean(axis=1, keepdims=True)
    return centred / np.sqrt(np.square(centred).mean(axis=1, keepdims=True) + epsilon)
'''

SOFTMAX = '''def softmax(x):
    """Return exp(x) / sum(exp(x)) of each row; its largest number is taken off first, so that nothing overflows."""
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
'''

MATRIX = '''def inputs(X):
    """Return rows of {width} finite numbers as the network takes them, (n, {width})."""
    with np.errstate(over="ignore"):
        x = np.asarray(X, {dtype})
    if x.ndim != 2 or x.shape[1] != {width}:
        raise ValueError(f"X must have {width} columns, got shape {{x.shape}}")
    if not np.isfinite(x).all():
        raise ValueError("X must be finite, and fit in {name}")
    return x
'''

CELLS = '''def cells_of(table, name):
    """Return the cells of a column as a list."""
    if name not in table:
        raise ValueError(f"the table must have the column {{name!r}}")
    return list(table[name])


def stripped(cell):
    """Return a cell as text in small letters, without the blanks around it."""
    return str(cell).strip().strip("\\ufeff\\u200b").lower()


def each(cells, read):
    """Return what is read of each cell; of equal texts once."""
    texts = {{cell: read(cell) for cell in set(cell for cell in cells if isinstance(cell, str))}}
    return [texts[cell] if isinstance(cell, str) else read(cell) for cell in cells]
'''

MARKS = '''MARKS = {marks}
"""Texts for a missing number, date or truth value."""


def is_missing(cell, others):
    """Return whether a cell stands for a missing number, date or truth value."""
    return cell is None or stripped(cell) in MARKS or (others and str(cell)[:100] in others)
'''

TEXT_MARKS = '''TEXT_MARKS = {marks}
"""Texts for a missing text."""
'''

WORDS = '''WORDS = {words}
"""Words for truth values."""
'''

NUMERAL = """NUMERAL = re.compile(r"[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?")
"""

STANDARDISED = '''def standardised(x, fill, mean, scale, bound=None):
    """Return z = (x - mean) / scale, with ``fill`` for what is missing; where there is a bound, z / sqrt(1 + (z / bound)^2)."""
    z = (np.where(np.isnan(x), fill, x) - mean) / scale
    return z / np.hypot(1, z / bound) if bound else z
'''

NUMBER = '''def number(
    table, name, fill, mean, scale, kind="number", numerals=False, words=(), others=(), lenient=False, bound=None, gaps=False
):
    """Return the standardised numbers of a column, (n, 1), and with ``gaps`` where they are missing, (n, 2)."""

    def read(cell):
        text = stripped(cell)
        if is_missing(cell, others):
            return np.nan
        if kind == "duration" and isinstance(cell, np.timedelta64):
            return cell / np.timedelta64(1, "D")
        if kind == "duration" and hasattr(cell, "total_seconds"):
            return cell.total_seconds() / 86400
        if isinstance(cell, (bool, int, float, np.bool_, np.number)) or hasattr(cell, "as_integer_ratio"):
            return float(cell)
        if text in words:
            return words[text]
        if numerals and NUMERAL.fullmatch(text):
            return float(text)
        if lenient and isinstance(cell, str):
            return np.nan
        raise ValueError(f"the column {{name!r}} must hold numbers{{'' if numerals else ' and no texts'}}, got {{cell!r:.80}}")

    cells = cells_of(table, name)
    x = np.asarray(cells)
    x = (x if x.dtype.kind in "biuf" else np.array(each(cells, read))).astype(float)
    if kind == "truth":
        x[(x != 0) & (x != 1)] = np.nan
    if (np.abs(x) >= 1e100).any():
        raise ValueError(f"the column {{name!r}} must hold finite numbers below 1e100")
    return np.column_stack([standardised(x, fill, mean, scale, bound), *([np.isnan(x)] if gaps else [])])
'''

CATEGORY = '''def category(table, name, levels, has_missing=False, cut=False, numbers=(), ones=None, values=None):
    """Return zeros with a one at the level of each row, (n, levels); the last column, if there is one for it, means missing.

    ``ones`` has another place for the one of each level, ``values`` numbers that stand before; the last is that of an unknown text.
    """
    places = {{level: place for place, level in enumerate(levels)}}
    by_number = {{number: places[level] for number, level in numbers}}
    missing = len(levels) if has_missing else -1  # -1 is no level: zeros only

    def read(cell):
        text = str(cell).lower() if isinstance(cell, (bool, np.bool_)) else str(cell)
        if cell is not None and text in places:
            return places[text]
        if cell is None or stripped(text) in TEXT_MARKS:
            return missing
        if by_number and NUMERAL.fullmatch(text) and float(text) in by_number:
            return by_number[float(text)]
        return -1 if cut else missing

    found = np.array(each(cells_of(table, name), read), int)
    width = len(levels) + has_missing if ones is None else max(ones) + 1
    places = found if ones is None else np.array(ones)[found]
    return np.hstack([*([] if values is None else [values[found]]), places[:, None] == np.arange(width)]).astype(float)
'''

DATE = '''ISO = re.compile(r"\\d{{4}}-\\d{{2}}-\\d{{2}}([T ]\\d{{2}}:\\d{{2}}(:\\d{{2}}(\\.\\d+)?)?)?")
CLOCK = re.compile(r"\\d{{2}}:\\d{{2}}(:\\d{{2}}(\\.\\d+)?)?")


def date(table, name, fill, mean, scale, parts=(), clock=False, others=(), lenient=False, bound=None, gaps=False):
    """Return the standardised days since 1970 of a column of dates, and the sine and cosine of each part that comes again.

    Cells are dates, or texts such as 2020-01-31 or 2020-01-31T08:30:00; of times of day 08:30:00.
    """

    def read(cell):
        text = str(cell).strip()
        if is_missing(cell, others):
            return np.datetime64("NaT", "us")
        text = f"0{{text}}" if clock and text[1:2] == ":" else text
        text = text[: text.find(".") + 7] if "." in text else text  # microseconds
        if (CLOCK if clock else ISO).fullmatch(text):
            try:
                return np.datetime64(f"1970-01-01T{{text}}" if clock else text, "us")
            except ValueError:  # a 30th of February
                pass
        if lenient and isinstance(cell, str):
            return np.datetime64("NaT", "us")
        wanted = "times such as 08:30:00" if clock else "dates such as 2020-01-31 or 2020-01-31T08:30:00"
        raise ValueError(f"the column {{name!r}} must hold {{wanted}}, got {{cell!r:.80}}")

    moments = np.array(each(cells_of(table, name), read), "M8[us]")
    days = (moments - np.datetime64(0, "us")) / np.timedelta64(1, "D")
    if (np.abs(days) >= 3_650_000).any():
        raise ValueError(f"the column {{name!r}} must hold dates before the year 10000")
    whole = moments.astype("M8[D]")
    within = {{
        "season": (whole - moments.astype("M8[Y]").astype("M8[D]")) / np.timedelta64(1, "D"),
        "weekday": (np.floor(days) + 3) % 7,
        "hour": days % 1,
    }}
    columns = [standardised(days, fill, mean, scale, bound)]
    for part, turn in parts:
        angle = 2 * np.pi * within[part] / turn
        columns += [np.where(np.isnan(angle), 0, wave(angle)) for wave in (np.sin, np.cos)]
    return np.column_stack([*columns, *([np.isnan(days)] if gaps else [])])
'''

FEATURES = '''def inputs(table):
    """Return the columns of a table as the network takes them, (n, {width}).

    ``table`` is a dict of lists or arrays, or a data frame; None, NaN and texts such as "NA" are missing values.
    """
    columns = [
{columns}
    ]
    x = np.hstack(columns).astype({dtype})
    if not np.isfinite(x).all():
        raise ValueError("the columns must hold numbers that fit in {name}")
    return x
'''
