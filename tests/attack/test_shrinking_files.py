"""A file that another process cuts short, and fills again, while it is read: an error in a sentence, or what was written."""

from __future__ import annotations

import subprocess
import sys

from peak_memory import PEAK

# cuts a file at random places, and writes it anew into the same file, until the end of its standard input
CUTTER = """
import os, random, sys, threading, time
path = sys.argv[1]
content = open(path, "rb").read()
ended = threading.Thread(target=sys.stdin.read)
ended.start()
source = random.Random(0)
descriptor = os.open(path, os.O_WRONLY)
while ended.is_alive():
    os.ftruncate(descriptor, source.choice([0, 8, source.randrange(1000), source.randrange(len(content))]))
    if source.random() < 0.8:
        os.pwrite(descriptor, content, 0)
        time.sleep(source.choice([0, 0.0005]))
"""

# reads it as often as it can, in each way that there is
READER = """
import random, sys, time
from collections import Counter
from pathlib import Path
import halfmoon as hm
from halfmoon.base import tensorfile
from halfmoon.training import checkpoint

path, seconds = sys.argv[1], float(sys.argv[2])
whole = hm.load(path).theta.tobytes()
READINGS = [lambda: hm.load(path).theta.tobytes() == whole, lambda: tensorfile.peek(path)[0] == "halfmoon"]
print("reading", flush=True)
counts, source, ended = Counter(), random.Random(0), time.monotonic() + seconds
while time.monotonic() < ended:
    try:
        right = source.choice(READINGS)()
    except hm.InputError as error:
        assert len(str(error)) < 300 and path in str(error), error
        counts[str(error).rpartition(": ")[2].strip("'") if "must be" in str(error) else "other"] += 1
    else:
        counts["right" if right else "old and new"] += 1
print(sum(counts.values()), counts["right"], max({peak}, 1) // 1024)
print(dict(counts), file=sys.stderr)
""".replace("{peak}", PEAK)

MAKE = """
import sys
import halfmoon as hm
hm.save(sys.argv[1], hm.Network([hm.Dense(500), hm.ReLU(), hm.Dense(500), hm.Dense(1)]).init(50))
"""


def test_a_file_that_shrinks_while_it_is_read(attack_scale, tmp_path):
    path, seconds = tmp_path / "model", 2 * attack_scale
    subprocess.run([sys.executable, "-c", MAKE, path], check=True)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, path, str(seconds)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    with reader:
        assert reader.stdout.readline() == "reading\n"
        with subprocess.Popen([sys.executable, "-c", CUTTER, path], stdin=subprocess.PIPE) as cutter:
            out, told = reader.communicate(timeout=seconds + 60)
            cutter.stdin.close()
    assert reader.returncode == 0, told
    readings, right, megabytes = map(int, out.split())
    print(f"{readings:,} readings of a file that shrinks, {right:,} of them whole")  # noqa: T201 - for the long run
    assert readings > 50 * attack_scale
    assert 0 < right < readings
    assert megabytes < 500
