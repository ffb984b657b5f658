"""What is done without being asked, a round at a time. The database says what is due: each task may run twice, or
die half-way, and the next round picks up what is left."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Self

import structlog

from factcheck.config import Settings
from factcheck.network.archives import Archive
from factcheck.network.fetching import Limits, origin_of
from factcheck.pages.reader import Reader
from factcheck.services import checkpoints, imports, links, matching, snapshots, suggestions
from factcheck.services.checkpoints import ForkedLog
from factcheck.services.verdicts import Rules
from factcheck.storage.db import Unavailable
from factcheck.storage.key_files import UnusableKey
from factcheck.storage.snapshot_files import Store
from factcheck.work import import_jobs
from factcheck.work.archiving import Archivist, Errands
from factcheck.work.capturing import Camera
from factcheck.work.delivering import USUAL as USUAL_TEMPO
from factcheck.work.delivering import Deliveries, Tempo
from factcheck.work.delivering import fetcher as way_to_receivers
from factcheck.work.watching import USUAL, Pace, Watch, fetcher

_COMPARED_AT_ONCE = 50
_ENCODED_AT_ONCE = 256
_MIB = 1024 * 1024
_DAY = 24 * 3600.0

_log = structlog.get_logger("factcheck.worker")


class Worker:
    """A worker with what it keeps from round to round. As a context it sends to webhooks, on a thread of their own,
    and gives back, in the end, what it has in hand."""

    def __init__(
        self, settings: Settings, pace: Pace = USUAL, reader: Reader | None = None, tempo: Tempo = USUAL_TEMPO
    ) -> None:
        self._settings = settings
        self._store = Store(settings.snapshot_dir)
        self._uploads = Store(settings.import_dir)
        self._reader = reader or Reader()
        self._watch = Watch(fetcher(settings), Camera(self._store, self._reader), pace)
        self._errands = self._to_archive()
        self._deliveries = Deliveries(way_to_receivers(settings, tempo), settings.data_dir, tempo)
        self._sweep_at = 0.0
        self._tasks: tuple[Callable[[], bool], ...] = (
            self.sweep,
            self.sign_checkpoint,
            self.import_files,
            self.check_links,
            self.suggest,
            self.encode,
            self.ask_for_copies,
            self.make_room,
        )

    def __enter__(self) -> Self:
        self._deliveries.start()
        return self

    def __exit__(self, *error: object) -> None:
        # First, so that no thread waits for a page to be read.
        self._reader.close()
        self._deliveries.close()
        self._watch.__exit__(*error)
        if self._errands is not None:
            self._errands.close()

    def round(self) -> bool:
        """All tasks once, some ten seconds at most; gives whether there may be more to do at once.

        What goes wrong with one task is logged, and the others are done all the same.
        """
        done = [self._attempt(task) for task in self._tasks]
        return any(done)

    def sweep(self) -> bool:
        """Remove what a worker that died has left, at the start and once a day."""
        if time.monotonic() >= self._sweep_at:
            self._sweep_at = time.monotonic() + _DAY
            snapshots.sweep(self._store)
            imports.sweep(self._uploads)
        return False

    def sign_checkpoint(self) -> bool:
        signed = checkpoints.sign(self._settings.data_dir)
        if signed is not None:
            _log.info("checkpoint_signed", size=signed.size, root_hash=signed.root_hash)
        return False

    def import_files(self) -> bool:
        return import_jobs.round_of(self._uploads, Rules(self._settings.approvals, self._settings.min_origins))

    def check_links(self) -> bool:
        links.follow_ledger()
        looked = self._watch.round()
        if looked:
            _log.info("links_checked", count=looked)
        return looked > 0 or self._watch.busy

    def suggest(self) -> bool:
        compared = suggestions.make_some(self._store, _COMPARED_AT_ONCE)
        if compared:
            _log.info("pages_compared", count=compared)
        return compared > 0

    def encode(self) -> bool:
        encoded = matching.encode_some(_ENCODED_AT_ONCE)
        if encoded:
            _log.info("claims_encoded", count=encoded)
        return encoded > 0

    def ask_for_copies(self) -> bool:
        if self._errands is not None and (asked := self._errands.round()):
            _log.info("copies_asked_for", count=asked)
        return False

    def make_room(self) -> bool:
        snapshots.make_room(self._store, self._settings.snapshot_mib * _MIB)
        return False

    def _to_archive(self) -> Errands | None:
        if not self._settings.archive_url:
            return None
        url, secret = self._settings.archive_url, self._settings.archive_authorization
        known = {origin_of(url): secret} if secret else {}
        # Taking a page in can keep an archive busy for minutes.
        out = replace(fetcher(self._settings), limits=Limits(total=180.0), authorization=known)
        archive = Archive(out, url)
        return Errands(Archivist(archive, self._store, self._reader).ask)

    def _attempt(self, task: Callable[[], bool]) -> bool:
        try:
            return task()
        except (UnusableKey, ForkedLog, Unavailable, OSError) as error:
            _log.error("task_failed", task=task.__name__, error=str(error))
            return False
