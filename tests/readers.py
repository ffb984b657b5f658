"""One reader of pages for all tests of a process: starting one takes a moment."""

import atexit
from pathlib import Path
from tempfile import mkdtemp

from factcheck.pages.reader import Reader
from factcheck.storage.snapshot_files import Store
from factcheck.work.capturing import Camera

READER = Reader()
atexit.register(READER.close)
CAMERA = Camera(Store(Path(mkdtemp()) / "snapshots"), READER)
"""For tests that care for other things than what is kept."""
