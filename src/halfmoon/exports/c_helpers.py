"""The functions that a C file has beside its forward pass, each only where it is used. ``{...}`` are filled in, so braces are doubled."""

NORMALISE_ROW = """/* (x - m) / sqrt(v + epsilon) scale + shift, with the mean m and the mean square deviation v of x. */
static void normalise_row(const {type} *x, {type} *y, int n, {type} epsilon, const {type} *scale, const {type} *shift)
{{
    {type} mean = 0, variance = 0;
    for (int j = 0; j < n; j++) mean += x[j];
    mean /= ({type})n;
    for (int j = 0; j < n; j++) variance += (x[j] - mean) * (x[j] - mean);
    const {type} deviation = sqrt{suffix}(variance / ({type})n + epsilon);
    for (int j = 0; j < n; j++) y[j] = (x[j] - mean) / deviation * scale[j] + shift[j];
}}
"""

SOFTMAX = """/* exp(x) / sum(exp(x)); the largest number is taken off first, so that nothing overflows. */
static void softmax(const {type} *x, {type} *y, int n)
{{
    {type} largest = x[0], sum = 0;
    for (int j = 1; j < n; j++) largest = x[j] > largest ? x[j] : largest;
    for (int j = 0; j < n; j++) {{
        y[j] = exp{suffix}(x[j] - largest);
        sum += y[j];
    }}
    for (int j = 0; j < n; j++) y[j] /= sum;
}}
"""

SORT_ROW = """/* The numbers from the smallest to the largest. */
static void sort_row(const {type} *x, {type} *y, int n)
{{
    for (int j = 0; j < n; j++) {{
        const {type} each = x[j];
        int k = j;
        for (; k > 0 && y[k - 1] > each; k--) y[k] = y[k - 1];
        y[k] = each;
    }}
}}
"""

LARGEST_PLACE = """/* The place of the largest number, the first of equal ones. */
static int largest_place(const {type} *x, int n)
{{
    int place = 0;
    for (int k = 1; k < n; k++) place = x[k] > x[place] ? k : place;
    return place;
}}
"""

NUMBER = """/* (cell - mean) / scale, of ``fill`` where the cell is missing; 0 where that cannot be. */
static int number(double cell, double fill, double mean, double scale, {type} *x)
{{
    const double y = ((cell != cell ? fill : cell) - mean) / scale;
    if (fabs(cell) >= 1e100 || !(fabs(y) <= {largest})) return 0;
    *x = ({type})y;
    return 1;
}}
"""

BOUNDED = """/* z / sqrt(1 + (z / bound)^2) of z = (cell - mean) / scale, of ``fill`` where the cell is missing. */
static double bounded(double cell, double fill, double mean, double scale, double bound)
{{
    const double z = ((cell != cell ? fill : cell) - mean) / scale;
    return z / hypot(1, z / bound);
}}
"""

TRUTH = """/* A truth value; another number is a missing one. */
static double truth(double cell)
{{
    return cell == 0 || cell == 1 ? cell : (double)NAN;
}}
"""

WAVE = """/* Sine and cosine of how far something is within its turn; 0 where that is missing. */
static void wave(double within, double turn, {type} *x)
{{
    const double angle = 2 * 3.141592653589793 * within / turn;
    x[0] = within != within ? 0 : ({type})sin(angle);
    x[1] = within != within ? 0 : ({type})cos(angle);
}}
"""

SEASON = """/* Days since January 1st, from days since 1970; years begin in March until the end, after their leap day. */
static double season(double days)
{{
    if (days != days) return days;
    const long day = (long)floor(days) + 719468;
    const long era = (day >= 0 ? day : day - 146096) / 146097;
    const long of_era = day - era * 146097;
    const long year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const long since_march = of_era - (365 * year + year / 4 - year / 100);
    const int leap = year % 4 == 0 && (year % 100 != 0 || year == 0);
    return (double)(since_march >= 306 ? since_march - 306 : since_march + 59 + leap);
}}
"""

WEEKDAY = """/* Days since Monday, from days since 1970. */
static double weekday(double days)
{{
    const double day = fmod(floor(days) + 3, 7);
    return day < 0 ? day + 7 : day;
}}
"""

HOUR = """/* The fraction of the day. */
static double hour(double days)
{{
    return days - floor(days);
}}
"""

DAYS = """double {name}_days(int year, int month, int day, int hour, int minute, double second)
{{
    static const int LENGTHS[12] = {{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}};
    const int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (year < 1 || year > 9999 || month < 1 || month > 12) return (double)NAN;
    if (day < 1 || day > LENGTHS[month - 1] + (month == 2 && leap)) return (double)NAN;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || !(second >= 0 && second < 60)) return (double)NAN;
    const long before = year - 1;
    long days = before * 365 + before / 4 - before / 100 + before / 400 - 719162 + (month > 2 && leap) + day - 1;
    for (int each = 1; each < month; each++) days += LENGTHS[each - 1];
    return (double)days + ((hour * 60 + minute) * 60 + second) / 86400;
}}
"""

TEXTS = """enum {{ MISSING = -1, UNKNOWN = -2 }};

/* What a text may have around it: blanks, then marks of the order of bytes and joints. */
static const char *const BLANKS[] = {blanks};
static const char *const JOINTS[] = {{"\\357\\273\\277", "\\342\\200\\213"}};

/* Texts that mean a missing value, in small letters. */
static const char *const MARKS[] = {marks};

#define LENGTH(table) (sizeof table / sizeof table[0])

/* Take off what is around a text. */
static void strip(const char **start, const char **end, const char *const *off, size_t count)
{{
    for (size_t k = 0; k < count; k++) {{
        const size_t length = strlen(off[k]);
        const int before = (size_t)(*end - *start) >= length && memcmp(*start, off[k], length) == 0;
        if (before) *start += length;
        const int behind = (size_t)(*end - *start) >= length && memcmp(*end - length, off[k], length) == 0;
        if (behind) *end -= length;
        if (before || behind) k = (size_t)-1; /* from the first again */
    }}
}}

static int is_missing(const char *text)
{{
    const char *start = text, *end = text + strlen(text);
    strip(&start, &end, BLANKS, LENGTH(BLANKS));
    strip(&start, &end, JOINTS, LENGTH(JOINTS));
    for (size_t k = 0; k < LENGTH(MARKS); k++) {{
        const size_t length = strlen(MARKS[k]);
        size_t same = 0;
        if (length != (size_t)(end - start)) continue;
        while (same < length && (start[same] >= 'A' && start[same] <= 'Z' ? start[same] + 32 : start[same]) == MARKS[k][same]) same++;
        if (same == length) return 1;
    }}
    return 0;
}}

/* The place of a text among the levels of its column. */
static int level(const char *cell, const char *const *levels, int count)
{{
    if (cell == NULL) return MISSING;
    for (int k = 0; k < count; k++) if (strcmp(cell, levels[k]) == 0) return k;
    return is_missing(cell) ? MISSING : UNKNOWN;
}}

"""

ONE_HOT = """/* Zeros with a one at a place, if it is one. */
static void one_hot(int place, int width, {type} *x)
{{
    for (int k = 0; k < width; k++) x[k] = k == place ? 1 : 0;
}}
"""

NUMERAL = """/* The number of a numeral such as -1.5e3 of up to 15 digits; NAN of another text. */
static double numeral(const char *text)
{{
    const int minus = *text == '-';
    double value = 0;
    long digits = 0, power = 0, zeros = 0, exponent = 0;
    text += *text == '-' || *text == '+';
    for (int point = 0; (*text >= '0' && *text <= '9') || (*text == '.' && !point); text++) {{
        if (*text == '.') {{
            point = 1;
            continue;
        }}
        digits++;
        power -= point;
        zeros++;
        if (*text == '0') continue;
        for (; zeros > 0; zeros--) value *= 10;
        value += *text - '0';
        if (value > 9007199254740992.0) return (double)NAN;
    }}
    if (digits == 0) return (double)NAN;
    power += zeros;
    if (*text == 'e' || *text == 'E') {{
        const int down = text[1] == '-';
        text += 1 + (text[1] == '-' || text[1] == '+');
        if (*text == 0) return (double)NAN;
        for (; *text >= '0' && *text <= '9'; text++) exponent = exponent < 100000 ? exponent * 10 + (*text - '0') : exponent;
        power += down ? -exponent : exponent;
    }}
    if (*text != 0 || (value > 0 && (power > 22 || power < -22))) return (double)NAN;
    double ten = 1;
    for (long k = value > 0 ? (power < 0 ? -power : power) : 0; k > 0; k--) ten *= 10;
    value = power < 0 ? value / ten : value * ten;
    return minus ? -value : value;
}}

/* The level that a number stands for. */
static int level_of_number(const char *cell, const double *numbers, const int *places, int count)
{{
    const double value = numeral(cell);
    for (int k = 0; k < count; k++) if (value == numbers[k]) return places[k];
    return UNKNOWN;
}}
"""

SELF_TEST = """#ifdef {macro}_SELF_TEST
#include <stdio.h>

{tables}

/* How many of the numbers are as expected. */
static int agreeing(const {type} *found, const {type} *expected, int n, double tolerance)
{{
    int right = 0;
    for (int k = 0; k < n; k++) right += fabs((double)found[k] - (double)expected[k]) <= tolerance;
    return right;
}}

int main(void)
{{
    int wrong = 0;
    for (int row = 0; row < {rows}; row++) {{
{body}
    }}
    printf("{name}: %s\\n", wrong ? "NOT as expected" : "all {rows} rows as expected");
    return wrong > 0;
}}
#endif
"""

ROUNDED = """/* sum / 2^shift, rounded to the nearest whole number, halves up. */
static int32_t rounded(int32_t sum, int shift)
{{
    if (shift == 0) return sum;
    sum += (int32_t)1 << (shift - 1);
    return sum >= 0 ? sum >> shift : ~(~sum >> shift); /* what >> does with negative numbers is up to compilers */
}}
"""

CUT = """static int32_t cut(int32_t value, int32_t low, int32_t high)
{{
    return value < low ? low : value > high ? high : value;
}}
"""

QUANTISE = """{head}
{{
    for (int j = 0; j < {width}; j++) {{
        const {type} whole = floor{suffix}((x[j] - {offsets}[j]) / {steps}[j] + ({type})0.5);
        q[j] = (int8_t)(whole >= 127 ? 127 : whole > -128 ? whole : -128);
    }}
}}
"""

WHOLE_SELF_TEST = """#ifdef {macro}_SELF_TEST
#include <stdio.h>

{tables}

int main(void)
{{
    int wrong = 0;
    for (int row = 0; row < {rows}; row++) {{
{body}
    }}
    printf("{name}: %s\\n", wrong ? "NOT as expected" : "all {rows} rows as expected");
    return wrong > 0;
}}
#endif
"""
