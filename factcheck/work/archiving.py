"""Asks a web archive for copies of what was read, apart from all else: a slow archive holds nothing up."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue

import structlog

from factcheck.domain import changes, timemaps
from factcheck.domain.copies import Asked, CopyKind, CopyOutcome
from factcheck.network.archives import Archive, Pending, Refused, Saved, Saving, shown_url
from factcheck.network.fetching import Failure, Page
from factcheck.pages.reader import Reader
from factcheck.services import copies
from factcheck.storage.copies import Wanted
from factcheck.storage.snapshot_files import Missing, Store, text_name

_log = structlog.get_logger("factcheck.copies")

_THREADS = 2
_TRIED = 3
"""How many of the copies nearest to ours are looked at."""


@dataclass(frozen=True, slots=True)
class Archivist:
    """Asks one question at a time, and compares what comes with what is in `store`. Knows no database."""

    archive: Archive
    store: Store
    reader: Reader

    def ask(self, wanted: Wanted) -> Asked:
        """One step on the way to a copy: order it, ask how far it is, or compare it."""
        if wanted.copy_url is not None:
            return self._compared(wanted, wanted.copy_url)
        if wanted.kind == CopyKind.FIND:
            return self._found(wanted)
        saving = self.archive.poll(wanted.job) if wanted.job else self.archive.save(wanted.url)
        return self._saved(wanted, saving)

    def _saved(self, wanted: Wanted, saving: Saving) -> Asked:
        match saving:
            case Pending(job, retry_after):
                return Asked(CopyOutcome.WAITING, job=job, retry_after=retry_after)
            case Refused(reason, retry_after):
                return Asked(CopyOutcome.REFUSED, reason=reason, retry_after=retry_after)
            case Saved(copy_url):
                return self._compared(wanted, copy_url)

    def _found(self, wanted: Wanted) -> Asked:
        """The first of the copies nearest in time that is like ours."""
        known = self.archive.time_map(wanted.url)
        at = datetime.fromisoformat(wanted.fetched_at)
        for memento in timemaps.nearest_first(known, at)[:_TRIED]:
            asked = self._compared(wanted, memento.url)
            if asked.outcome == CopyOutcome.FOUND:
                return asked
        return Asked(CopyOutcome.REFUSED, reason="the archive has no copy like ours")

    def _compared(self, wanted: Wanted, copy_url: str) -> Asked:
        page = self.archive.fetch_copy(copy_url)
        if isinstance(page, Failure) or page.status != 200:
            reason = page.reason.value if isinstance(page, Failure) else f"status {page.status}"
            return Asked(CopyOutcome.REFUSED, copy_url=copy_url, reason=reason)
        if self._is_like(wanted, page):
            return Asked(CopyOutcome.FOUND, copy_url=shown_url(page.final_url))
        return Asked(CopyOutcome.UNLIKE, copy_url=copy_url)

    def _is_like(self, wanted: Wanted, page: Page) -> bool:
        """Whether a copy has our bytes, or our text, but for what changes by itself."""
        if hashlib.sha256(page.body).hexdigest() == wanted.sha256:
            return True
        if wanted.text_sha256 is None:
            return False
        text = self.reader.read(page.body, page.media_type, page.charset, page.final_url).text
        try:
            ours = self.store.read_text(text_name(wanted.text_sha256))
        except Missing:
            return False
        return text is not None and not changes.compare(ours, text).substantive


@dataclass(slots=True)
class Errands:
    """What threads of their own ask an archive, from round to round. The database stays with who calls `round`."""

    ask: Callable[[Wanted], Asked]
    _out: dict[str, Wanted] = field(default_factory=dict)
    _waiting: SimpleQueue[Wanted] = field(default_factory=SimpleQueue)
    _done: SimpleQueue[tuple[Wanted, Asked]] = field(default_factory=SimpleQueue)
    _threads: list[threading.Thread] = field(default_factory=list)

    def round(self) -> int:
        """Record what was found since the last round, and send for more; gives how many were recorded."""
        recorded = self._record()
        copies.follow_ledger()
        for wanted in copies.claim(_THREADS - len(self._out)):
            self._out[wanted.snapshot] = wanted
            self._waiting.put(wanted)
        self._start()
        return recorded

    def close(self) -> None:
        """Record what was found, and give back what is being asked still."""
        self._record()
        copies.release(self._out.values())

    def _record(self) -> int:
        recorded = 0
        while True:
            try:
                wanted, asked = self._done.get_nowait()
            except Empty:
                return recorded
            if self._out.get(wanted.snapshot) == wanted:
                del self._out[wanted.snapshot]
            copies.record(wanted, asked)
            recorded += 1

    def _start(self) -> None:
        while len(self._out) > len(self._threads):
            # Daemons: nobody who stops has to wait for an archive.
            thread = threading.Thread(target=self._work, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while True:
            wanted = self._waiting.get()
            try:
                asked = self.ask(wanted)
            except Exception:
                # Ours to mend, and no reason to ask for no more copies.
                _log.exception("copy_failed", url=wanted.url)
                asked = Asked(CopyOutcome.REFUSED, reason="failed here")
            self._done.put((wanted, asked))
