"""How long the nearest of many vectors take, and what is missed: python -m benchmarks.matching.scale --vectors 1000000

Made vectors in mapped files, as the service keeps them; a query is a vector of the store with noise.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from factcheck.domain import vectors

DIMENSIONS = 384
_BLOCK = 50_000


def written(folder: Path, count: int) -> tuple[Path, Path]:
    """Files of the bytes and the bits of random vectors of length 1."""
    random = np.random.default_rng(1)
    whole, signs = folder / "bytes", folder / "bits"
    with whole.open("wb") as of_bytes, signs.open("wb") as of_bits:
        for start in range(0, count, _BLOCK):
            made = random.standard_normal((min(_BLOCK, count - start), DIMENSIONS), dtype=np.float32)
            made /= np.linalg.norm(made, axis=1, keepdims=True)
            of_bytes.write(vectors.quantized(made).tobytes())
            of_bits.write(vectors.bits(made).tobytes())
    return whole, signs


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--vectors", type=int, default=1_000_000)
    count = asked.parse_args().vectors
    with tempfile.TemporaryDirectory() as folder:
        whole, signs = written(Path(folder), count)
        stored = np.memmap(whole, dtype=np.int8, mode="r", shape=(count, DIMENSIONS))
        looked = np.fromfile(signs, dtype=np.uint64).reshape(count, DIMENSIONS // 64)
        random = np.random.default_rng(2)
        took, found = [], 0
        for row in random.integers(0, count, 100):
            query = stored[row].astype(np.float32) / np.linalg.norm(stored[row].astype(np.float32))
            query = query + random.standard_normal(DIMENSIONS, dtype=np.float32) / np.sqrt(DIMENSIONS)
            query /= np.linalg.norm(query)
            began = time.perf_counter()
            rows, _ = vectors.nearest(query, stored, looked, 30)
            took.append(time.perf_counter() - began)
            found += int(rows[0] == row)
    held = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    own, mapped = (int(held[name].split()[0]) // 1024 for name in ("RssAnon", "RssFile"))
    print(f"{count} vectors: median {1e3 * median(took):.1f} ms, {found} of 100 found first")
    print(f"memory: {own} MB of its own, {mapped} MB of files that the system may drop")


if __name__ == "__main__":
    main()
