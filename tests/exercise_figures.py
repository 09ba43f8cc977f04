"""The course exercise's figures, made by the course's own program."""

import os

UPDATES = (1, 2, 3, 5, 10, 50, 100, 500, 1000, 2000, 3000)

# by seed: the sum of the 1000 squared errors before each of those updates; then after all of them the share of right
# classes, the sum of the first weights, and the last bias
REFERENCE = {
    0: (
        (
            420.8182264318268,
            366.4249469899105,
            248.95359419044678,
            138.39606269649255,
            109.99424729229538,
            64.71022910285565,
            50.715179203841366,
            21.91725882629472,
            19.037586719278842,
            17.581800849419892,
            16.972126422138164,
        ),
        (0.978, 18.371805367483965, 0.5349646237695249),
    ),
    1: (
        (
            182.61145169684346,
            154.01466611842073,
            141.81971664987202,
            126.5721062426866,
            105.1987787664214,
            63.92731809931237,
            51.3189260439823,
            21.722956976270233,
            19.125556907311562,
            17.814486194570996,
            17.12348726158804,
        ),
        (0.977, 8.504144092729987, 0.4729295686430065),
    ),
    2: (
        (
            360.53369005841915,
            269.1172543444975,
            207.69176986485888,
            153.35130940482748,
            106.60135816395952,
            63.64596568281068,
            46.34730630766049,
            20.99491688555304,
            18.599448967152973,
            17.0248014583184,
            16.27702688406628,
        ),
        (0.98, -7.1020942190106515, -0.27610369923614336),
    ),
}


def quick_environment():
    """Return the environment for a process that trains in full, without what would take most of its time.

    That is a second BLAS thread on small matrices, memory given back after every update, and coverage.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    return kept | {"OPENBLAS_NUM_THREADS": "1", "MALLOC_TRIM_THRESHOLD_": str(2**30), "MALLOC_MMAP_THRESHOLD_": str(2**30)}
