#!/usr/bin/env python3
"""Reference locations on a rough line of 2,000 vertices, by GeographicLib's C implementation in PROJ.

    pip install numpy==2.4.6 pyproj==3.7.2
    python3 tests/reference/nearest.py

Writes nearest_line.geojson and nearest.csv beside itself. The line is a seeded formula: a straight way from
62 E 29.5 N to 72 E 35.5 N, with waves of many lengths and a little noise. Positions are drawn near the line, on
it, beyond its ends and far away. For each, the nearest point over ALL geodesic segments is found by bisection on
the angle between the segment and the geodesic to the position. A segment is left out only where the triangle
inequality proves that none of its points is nearer than the nearest vertex. A position with two feet between
which two millimetres decide is drawn anew. Nothing of borderscope is used.
"""

import bisect
import json
import math
import os
import random
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import pyproj

EARTH = pyproj.Geod(ellps="WGS84")
HERE = Path(__file__).resolve().parent
SEED = 20251009
VERTICES = 2_000
KINDS = ("near", "on the line", "ends", "far")
EACH = 2_500
BATCH = 125
PROCESSES = 2
# Metres: feet whose offsets differ by less, and whose chainages by more, are ambiguous.
AMBIGUOUS = 2e-3
ON_LINE = 1e-3


def inverse(lon1, lat1, lon2, lat2):
    """Azimuth at the first point, forward azimuth at the second, distance."""
    return EARTH.inv(lon1, lat1, lon2, lat2, return_back_azimuth=False)


def direct(lon, lat, azimuth, distance):
    """Longitude, latitude, forward azimuth there."""
    return EARTH.fwd(lon, lat, azimuth, distance, return_back_azimuth=False)


def rough_line():
    dice = random.Random(SEED)
    waves = []
    for number in range(40):
        turns = 2.0 * 1.13**number
        size = 0.45 / turns**0.85
        waves.append((turns, [(size * dice.uniform(0.3, 1.0), dice.uniform(0.0, 2.0 * math.pi)) for _ in range(2)]))
    line = []
    for number in range(VERTICES):
        t = (number + dice.uniform(-0.2, 0.2)) / (VERTICES - 1)
        place = []
        for axis, (start, end) in enumerate(((62.0, 72.0), (29.5, 35.5))):
            swing = sum(of[axis][0] * math.sin(2.0 * math.pi * turns * t + of[axis][1]) for turns, of in waves)
            place.append(round(start + (end - start) * t + swing + dice.gauss(0.0, 0.0006), 7))
        line.append(tuple(place))
    return line


class Line:
    def __init__(self, vertices):
        self.lon, self.lat = (np.array(axis) for axis in zip(*vertices))
        self.first, self.last, self.length = inverse(self.lon[:-1], self.lat[:-1], self.lon[1:], self.lat[1:])
        self.start = np.concatenate(([0.0], np.cumsum(self.length)))

    def at(self, chainage):
        number = min(bisect.bisect_right(self.start, chainage), len(self.length)) - 1
        lon, lat, _ = direct(self.lon[number], self.lat[number], self.first[number], chainage - self.start[number])
        return lon, lat


def ahead(azimuth, way):
    """The cosine of the angle between the way on and the geodesic to the position."""
    return np.cos(np.radians(azimuth - way))


def locate_all(line, lon, lat):
    """A row for each position; None where the foot is ambiguous."""
    count = len(line.length)
    shape = (len(lon), count + 1)
    to_vertex, _, apart = inverse(
        np.broadcast_to(line.lon, shape).ravel(),
        np.broadcast_to(line.lat, shape).ravel(),
        np.repeat(lon, count + 1),
        np.repeat(lat, count + 1),
    )
    to_vertex, apart = to_vertex.reshape(shape), apart.reshape(shape)
    # Half of what the way over the position is longer than the segment: no point of the segment is nearer.
    bound = (apart[:, :-1] + apart[:, 1:] - line.length) / 2.0
    who, number = np.nonzero(bound <= apart.min(axis=1)[:, None] + 1.0)

    # The sign of the change of distance at both ends. A foot at the end of a segment is one of the line only if
    # the next segment does not lead nearer.
    start_ahead = ahead(to_vertex[:, :-1], line.first)
    end_ahead = ahead(to_vertex[:, 1:], line.last)
    at_start = start_ahead[who, number] <= 0.0
    at_end = ~at_start & (end_ahead[who, number] >= 0.0)
    before = (number == 0) | (end_ahead[who, np.maximum(number - 1, 0)] >= 0.0)
    after = (number == count - 1) | (start_ahead[who, np.minimum(number + 1, count - 1)] <= 0.0)
    keep = np.where(at_start, before, np.where(at_end, after, True))
    who, number, at_start, at_end = who[keep], number[keep], at_start[keep], at_end[keep]

    low = np.where(at_end, line.length[number], 0.0)
    high = np.where(at_start, 0.0, line.length[number])
    open_ = ~at_start & ~at_end
    while open_.any():
        one = number[open_]
        middle = (low[open_] + high[open_]) / 2.0
        at = direct(line.lon[one], line.lat[one], line.first[one], middle)
        azimuth, _, _ = inverse(at[0], at[1], lon[who[open_]], lat[who[open_]])
        nearer = ahead(azimuth, at[2]) > 0.0
        low[open_] = np.where(nearer, middle, low[open_])
        high[open_] = np.where(nearer, high[open_], middle)
        open_ &= high - low > 1e-9
    along = (low + high) / 2.0
    foot_lon, foot_lat, way = direct(line.lon[number], line.lat[number], line.first[number], along)
    azimuth, _, offset = inverse(foot_lon, foot_lat, lon[who], lat[who])
    chainage = line.start[number] + along

    rows = []
    for position in range(len(lon)):
        found = np.nonzero(who == position)[0]
        least = offset[found].min()
        best = min(found[offset[found] <= least + 1e-6], key=lambda it: chainage[it])
        rivals = found[offset[found] < least + AMBIGUOUS]
        if np.abs(chainage[rivals] - chainage[best]).max() > AMBIGUOUS:
            rows.append(None)
            continue
        one = number[best]
        incoming = outgoing = way[best]
        if at_start[best]:
            outgoing = line.first[one]
            incoming = line.last[one - 1] if one > 0 else outgoing
        elif at_end[best]:
            incoming = line.last[one]
            outgoing = line.first[one + 1] if one + 1 < count else incoming
        # Left: counterclockwise from the way on to the way back.
        opening = (outgoing - (incoming + 180.0)) % 360.0
        side = "left" if (outgoing - azimuth[best]) % 360.0 < (opening or 360.0) else "right"
        if offset[best] < ON_LINE:
            side = "on_line"
        rows.append((offset[best], chainage[best], foot_lon[best], foot_lat[best], side))
    return rows


def draw(line, kind, dice):
    length = line.start[-1]
    if kind == "on the line":
        if dice.random() < 0.5:
            vertex = dice.randrange(len(line.lon))
            return line.lon[vertex], line.lat[vertex]
        lon, lat = line.at(dice.uniform(0.0, length))
    elif kind == "ends":
        end = dice.choice((0, -1))
        on = line.last[-1] if end else line.first[0] + 180.0
        away = on + dice.uniform(-80.0, 80.0)
        lon, lat, _ = direct(line.lon[end], line.lat[end], away, 3e5 * dice.random() ** 2)
    else:
        nearest, farthest = {"near": (1.0, 2e3), "far": (2e4, 3e6)}[kind]
        lon, lat = line.at(dice.uniform(0.0, length))
        distance = math.exp(dice.uniform(math.log(nearest), math.log(farthest)))
        lon, lat, _ = direct(lon, lat, dice.uniform(-180.0, 180.0), distance)
    # As it is printed, so that both programs get the same bits.
    return round(float(lon), 7), round(float(lat), 7)


def wanted(kind, row):
    if row is None:
        return False
    return {"near": 1.0, "far": 2e4}.get(kind, 0.0) <= row[0]


def batch(first):
    line = Line(rough_line())
    numbers = list(range(first, first + BATCH))
    kinds = {number: KINDS[number % len(KINDS)] for number in numbers}
    dice = {number: random.Random(SEED * 100_000 + number) for number in numbers}
    made = {}
    while numbers:
        positions = [draw(line, kinds[number], dice[number]) for number in numbers]
        rows = locate_all(line, *(np.array(axis) for axis in zip(*positions)))
        for number, position, row in zip(numbers, positions, rows):
            if wanted(kinds[number], row):
                made[number] = (*position, *row)
        numbers = [number for number in numbers if number not in made]
    return [made[number] for number in sorted(made)]


def main():
    vertices = rough_line()
    with open(HERE / "nearest_line.geojson", "w") as file:
        made_by = f"tests/reference/nearest.py, seed {SEED}"
        properties = json.dumps({"name": "Rough line", "left": "North", "right": "South", "source": made_by})
        file.write('{"type":"FeatureCollection","features":[\n{"type":"Feature","properties":' + properties)
        file.write(',"geometry":{"type":"LineString","coordinates":[\n')
        places = [f"[{lon!r},{lat!r}]" for lon, lat in vertices]
        file.write(",\n".join(",".join(places[at : at + 10]) for at in range(0, VERTICES, 10)))
        file.write("\n]}}\n]}\n")
    with Pool(PROCESSES, initializer=os.nice, initargs=(10,)) as pool:
        batches = pool.map(batch, range(0, EACH * len(KINDS), BATCH), chunksize=1)
    with open(HERE / "nearest.csv", "w") as file:
        program = f"GeographicLib (C) of PROJ {pyproj.proj_version_str} by pyproj {pyproj.__version__}"
        file.write(f"# {program}, tests/reference/nearest.py, seed {SEED}\n")
        file.write("longitude,latitude,offset_m,chainage_m,foot_longitude,foot_latitude,side\n")
        for lon, lat, offset, chainage, foot_lon, foot_lat, side in (row for rows in batches for row in rows):
            foot = f"{offset:.6f},{chainage:.6f},{foot_lon:.10f},{foot_lat:.10f}"
            file.write(f"{float(lon)!r},{float(lat)!r},{foot},{side}\n")
    lengths = Line(vertices).length
    print(f"length {lengths.sum():.6f} m, segments {lengths.min():.0f} to {lengths.max():.0f} m")


if __name__ == "__main__":
    main()
