#!/usr/bin/env python3
"""Reference locations on the shipped border, by GeographicLib's Python implementation.

    pip install geographiclib==2.1
    python3 tests/reference/locate.py > tests/reference/locate.csv

Draws seeded positions on vertices, inside segments, near the line, tens and hundreds of kilometres away and
beyond both ends; finds for each the nearest point over ALL geodesic segments by bisection on the angle between
the segment and the geodesic to the position; and says on which side it lies. Nothing of borderscope is used.
"""

import json
import math
import random
import sys
from pathlib import Path

import geographiclib
from geographiclib.geodesic import Geodesic

EARTH = Geodesic.WGS84
LINE = Path(__file__).resolve().parents[2] / "data" / "afpk-2025" / "border.geojson"
SEED = 20251009


def turn(a, b):
    """a - b, from -180 to 180 degrees."""
    return (a - b + 180.0) % 360.0 - 180.0


def segments(line):
    start = 0.0
    made = []
    for (lon1, lat1), (lon2, lat2) in zip(line, line[1:]):
        solved = EARTH.Inverse(lat1, lon1, lat2, lon2)
        geodesic = EARTH.Line(lat1, lon1, solved["azi1"])
        made.append((start, solved["s12"], geodesic, (lon1, lat1), (lon2, lat2), solved["azi1"], solved["azi2"]))
        start += solved["s12"]
    return made, start


def towards(geodesic, along, lon, lat):
    """Distance to the position from a point of the segment, and the cosine of the angle to it."""
    at = geodesic.Position(along)
    solved = EARTH.Inverse(at["lat2"], at["lon2"], lat, lon)
    return solved["s12"], math.cos(math.radians(solved["azi1"] - at["azi2"])), at, solved["azi1"]


def foot(segment, lon, lat):
    _, length, geodesic = segment[:3]
    low, high = 0.0, length
    if towards(geodesic, low, lon, lat)[1] <= 0.0:
        return 0.0
    if towards(geodesic, high, lon, lat)[1] >= 0.0:
        return length
    while high - low > 1e-8:
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        if towards(geodesic, middle, lon, lat)[1] > 0.0:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def lower_bound(segment, lon, lat):
    """No point of the segment is nearer: the triangle inequality from its start."""
    _, length, _, (lon1, lat1) = segment[:4]
    return EARTH.Inverse(lat1, lon1, lat, lon)["s12"] - length


def locate(made, lon, lat):
    bounds = sorted((lower_bound(segment, lon, lat), number) for number, segment in enumerate(made))
    best = None
    for bound, number in bounds:
        if best is not None and bound > best[0] + 1.0:
            break
        segment = made[number]
        along = foot(segment, lon, lat)
        distance, _, at, azimuth = towards(segment[2], along, lon, lat)
        found = (distance, segment[0] + along, number, along, at, azimuth)
        if best is None or distance < best[0] - 1e-7 or (abs(distance - best[0]) <= 1e-7 and found[1] < best[1]):
            best = found
    distance, chainage, number, along, at, azimuth = best
    segment = made[number]
    incoming = outgoing = at["azi2"]
    if along == 0.0:
        outgoing = segment[5]
        incoming = made[number - 1][6] if number > 0 else outgoing
    elif along == segment[1]:
        incoming = segment[6]
        outgoing = made[number + 1][5] if number + 1 < len(made) else incoming
    # Left: counterclockwise from the way on to the way back.
    opening = (outgoing - (incoming + 180.0)) % 360.0
    side = "left" if (outgoing - azimuth) % 360.0 < (opening or 360.0) else "right"
    return distance, chainage, at, side


def draw(made, length):
    dice = random.Random(SEED)

    def on_line():
        chainage = dice.uniform(0.0, length)
        segment = max((s for s in made if s[0] <= chainage), key=lambda s: s[0])
        at = segment[2].Position(chainage - segment[0])
        return at["lon2"], at["lat2"]

    for kind, count in (("vertex", 40), ("inside", 40), ("metres", 80), ("near", 120), ("far", 80), ("ends", 40)):
        for _ in range(count):
            if kind == "vertex":
                yield dice.choice(made)[3]
                continue
            lon, lat = on_line()
            if kind == "ends":
                lon, lat = dice.choice((made[0][3], made[-1][4]))
            reach = {"inside": 0.0, "metres": 1e3, "near": 6e4, "far": 8e5, "ends": 2e5}[kind]
            if reach:
                at = EARTH.Direct(lat, lon, dice.uniform(-180.0, 180.0), dice.uniform(0.0, reach))
                lon, lat = at["lon2"], at["lat2"]
            yield lon, lat


def main():
    line = json.loads(LINE.read_text())["features"][0]["geometry"]["coordinates"]
    made, length = segments(line)
    print(f"# geographiclib {geographiclib.__version__} (Python), tests/reference/locate.py, seed {SEED}")
    print("longitude,latitude,offset_m,chainage_m,foot_longitude,foot_latitude,side")
    for lon, lat in draw(made, length):
        # As it is printed, so that both programs get the same bits.
        lon, lat = float(repr(lon)), float(repr(lat))
        distance, chainage, at, side = locate(made, lon, lat)
        print(f"{lon!r},{lat!r},{distance:.9f},{chainage:.9f},{at['lon2']:.12f},{at['lat2']:.12f},{side}")
    print(f"length {length:.9f} m", file=sys.stderr)


if __name__ == "__main__":
    main()
