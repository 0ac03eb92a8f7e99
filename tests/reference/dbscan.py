#!/usr/bin/env python3
"""Reference clusters in space and time, by scikit-learn's DBSCAN over a graph of neighbours.

    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 pyproj==3.7.2
    python3 tests/reference/dbscan.py

Writes dbscan.csv beside itself: 20,000 seeded incidents, in bursts at hot spots along a band, diffuse, and
stacked on the very same coordinates. Neighbours lie at most EPS metres apart on WGS84 (GeographicLib's C
implementation in PROJ) and at most DAYS days; an incident is its own neighbour. Pairs come from a tree over
earth-centred coordinates: a chord is never longer than the geodesic over it, so that none is missed. A pair
within a millimetre of EPS is parted. Nothing of borderscope is used.
"""

import random
from pathlib import Path

import numpy as np
import pyproj
import scipy
import sklearn
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree
from sklearn.cluster import DBSCAN

EARTH = pyproj.Geod(ellps="WGS84")
OUT = Path(__file__).resolve().parent / "dbscan.csv"
SEED = 20251009
INCIDENTS = 20_000
LAST_DAY = 1_095
EPS = 10_000.0
DAYS = 5
MIN_POINTS = 6
# Metres: how near to EPS no pair may lie.
CLEAR = 1e-3
HOT_SPOTS = 260
STACKED = 700
DIFFUSE = 5_000


def place(dice):
    """A place on the band, some tens of kilometres wide."""
    along = dice.random()
    return 62.0 + 10.0 * along + dice.gauss(0.0, 0.25), 29.5 + 6.0 * along + dice.gauss(0.0, 0.25)


def draw():
    dice = random.Random(SEED)
    spots = []
    for _ in range(HOT_SPOTS):
        lon, lat = place(dice)
        reach = dice.uniform(0.01, 0.12)
        middle = dice.uniform(0.0, LAST_DAY)
        length = dice.choice((4.0, 12.0, 40.0))
        spots.append((round(lon, 5), round(lat, 5), reach, middle, length, dice.uniform(0.2, 1.0) ** 2))
    weights = [spot[5] for spot in spots]
    rows = []
    for number in range(INCIDENTS):
        if number < DIFFUSE:
            lon, lat = dice.uniform(61.5, 72.5), dice.uniform(29.0, 36.0)
            day = dice.randint(0, LAST_DAY)
        else:
            lon, lat, reach, middle, length, _ = dice.choices(spots, weights)[0]
            day = round(dice.gauss(middle, length))
            # The first ones stay on the coordinates of the spot itself.
            if number >= DIFFUSE + STACKED:
                lon, lat = lon + dice.gauss(0.0, reach), lat + dice.gauss(0.0, reach)
        rows.append([round(lon, 5), round(lat, 5), min(max(day, 0), LAST_DAY)])
    dice.shuffle(rows)
    return rows


def earth_centred(lon, lat):
    lon, lat = np.radians(lon), np.radians(lat)
    square = EARTH.es
    normal = EARTH.a / np.sqrt(1.0 - square * np.sin(lat) ** 2)
    flat = normal * np.cos(lat)
    return np.column_stack((flat * np.cos(lon), flat * np.sin(lon), normal * (1.0 - square) * np.sin(lat)))


def pairs(rows):
    """Numbers and distances of pairs near in days and near or almost near in space, each pair once."""
    lon, lat, day = (np.array(column) for column in zip(*rows))
    # A metre more than any chord that is asked for, against rounding.
    found = cKDTree(earth_centred(lon, lat)).query_pairs(EPS + CLEAR + 1.0, output_type="ndarray")
    found = found[np.abs(day[found[:, 0]] - day[found[:, 1]]) <= DAYS]
    one, other = found.T
    _, _, distance = EARTH.inv(lon[one], lat[one], lon[other], lat[other])
    return one, other, distance


def parted(rows):
    """The pairs, after every incident of a pair too close to EPS was moved north."""
    while True:
        one, other, distance = pairs(rows)
        close = np.unique(other[np.abs(distance - EPS) < CLEAR])
        if not close.size:
            return one, other, distance
        for number in close:
            rows[number][1] = round(rows[number][1] + 0.0001, 5)


def main():
    rows = draw()
    one, other, distance = parted(rows)
    near = distance <= EPS
    one, other = one[near], other[near]
    itself = np.arange(INCIDENTS)
    ones, others = np.concatenate((one, other, itself)), np.concatenate((other, one, itself))
    # A sparse graph holds no zeros: every neighbour, itself and those on the same coordinates too, is at 0.5.
    graph = csr_matrix((np.full(len(ones), 0.5), (ones, others)), shape=(INCIDENTS, INCIDENTS))
    neighbours = np.bincount(ones, minlength=INCIDENTS)
    assert graph.nnz == len(ones) and graph.max() == 0.5 and graph.min() == 0.0
    model = DBSCAN(eps=1.0, min_samples=MIN_POINTS, metric="precomputed").fit(graph)
    core = np.zeros(INCIDENTS, dtype=bool)
    core[model.core_sample_indices_] = True
    assert (core == (neighbours >= MIN_POINTS)).all()

    programs = f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, pyproj {pyproj.__version__}"
    programs += f" (PROJ {pyproj.proj_version_str})"
    with open(OUT, "w") as file:
        asked = f"eps {EPS:.0f} m, days {DAYS}, min_points {MIN_POINTS}, seed {SEED}"
        file.write(f"# {programs}, tests/reference/dbscan.py, {asked}\n")
        file.write("longitude,latitude,day,role,label\n")
        for (lon, lat, day), is_core, label in zip(rows, core, model.labels_):
            role = "core" if is_core else "reachable" if label >= 0 else "noise"
            file.write(f"{lon!r},{lat!r},{day},{role},{label}\n")
    reachable = (~core & (model.labels_ >= 0)).sum()
    print(f"{core.sum()} core, {reachable} reachable, {(model.labels_ < 0).sum()} noise")
    print(f"{model.labels_.max() + 1} clusters, {len(one)} pairs, nearest to eps {np.abs(distance - EPS).min():.6f} m")
    stacked = INCIDENTS - len({(lon, lat) for lon, lat, _ in rows})
    print(f"{stacked} on coordinates of another, {INCIDENTS - len(set(map(tuple, rows)))} of them on its day")


if __name__ == "__main__":
    main()
