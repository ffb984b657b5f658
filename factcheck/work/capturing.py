"""Takes what pages say into the store, on the threads that fetch them. Knows no database."""

import hashlib
from dataclasses import dataclass, replace

import structlog

from factcheck import clock
from factcheck.network.fetching import Page
from factcheck.pages import warc
from factcheck.pages.reader import Reader
from factcheck.services.looks import Capture
from factcheck.storage.snapshot_files import Store, archive_name, compressed, text_name

_log = structlog.get_logger("factcheck.captures")


@dataclass(frozen=True, slots=True)
class Camera:
    """Reads pages with `reader` and stages their files in `store`."""

    store: Store
    reader: Reader

    def take(self, page: Page, known: str | None) -> Capture | None:
        """A page as it was read just now; short where its body is the `known` one, by SHA-256. None where the store
        could not take it."""
        at, digest = clock.now(), hashlib.sha256(page.body).hexdigest()
        capture = Capture(
            store=self.store,
            fetched_at=clock.timestamp(at),
            http_status=page.status,
            final_url=page.final_url,
            media_type=page.media_type,
            size=len(page.body),
            sha256=digest,
        )
        if digest == known:
            return capture
        reading = self.reader.read(page.body, page.media_type, page.charset, page.final_url)
        try:
            archive = self.store.stage(archive_name(digest), warc.record(page, at))
            again = warc.revisit(page, at)
            read = replace(capture, reading=reading, archive=archive, again=again)
            return read if reading.text is None else self._with_text(read, reading.text)
        except OSError as error:
            # A full disk is no reason not to say whether a link is alive.
            _log.error("capture_failed", url=page.url, error=str(error))
            return None

    def discard(self, capture: Capture | None) -> None:
        """Remove what was staged and has not been kept."""
        for staged in (capture.archive, capture.text) if capture else ():
            if staged is not None:
                self.store.discard(staged)

    def _with_text(self, capture: Capture, text: str) -> Capture:
        digest = hashlib.sha256(text.encode()).hexdigest()
        return replace(capture, text_sha256=digest, text=self.store.stage(text_name(digest), compressed(text)))
