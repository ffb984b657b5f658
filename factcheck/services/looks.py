"""What a look at a link changes: the link's state, the source's snapshots, the quotes and claims that rest on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from factcheck import clock
from factcheck.domain import changes, quotes
from factcheck.domain.actors import SERVICE, Actor
from factcheck.domain.links import Judgement, Look, judge
from factcheck.domain.readings import Reading
from factcheck.domain.vocabulary import FlagReason, LinkState, QuoteState, Subject
from factcheck.storage import journal, link_checks, rows, snapshots, texts
from factcheck.storage.journal import Transaction
from factcheck.storage.link_checks import Claimed
from factcheck.storage.models import Source
from factcheck.storage.snapshot_files import Missing, Staged, Store, archive_name, text_name

Values = dict[str, Any]

_SHOWN = frozenset({QuoteState.PRESENT, QuoteState.MOVED})


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as it was read: `archive` is its exchange as a WARC file, `again` the same without the body for where
    that is kept already, `text` what was read from it; none of them where the body is the known one.

    The files are staged in `store`.
    """

    store: Store
    fetched_at: str
    http_status: int
    final_url: str
    media_type: str | None
    size: int
    sha256: str
    text_sha256: str | None = None
    reading: Reading | None = None
    archive: Staged | None = None
    again: bytes = b""
    text: Staged | None = None


def record(claimed: Claimed, look: Look, capture: Capture | None = None) -> Judgement | None:
    """Keep what a look found, and tell of what is not as it was, all or nothing.

    None, and nothing kept, where the link is not the worker's any more: its lease ran out, or it has another URL.
    """
    with journal.write(SERVICE.id) as tx:
        source = rows.require(Source, claimed.source)
        link = link_checks.held(claimed, LinkState(source["link_state"]))
        if link is None or source["url"] != claimed.url:
            return None
        judged = judge(link, look, clock.now())
        link_checks.finish(claimed, look, judged, tx.now)
        _set_state(tx, source, judged.link.state, judged.reason)
        if capture is not None and judged.reason is None:
            _Seen(tx, source, capture).keep()
        return judged


def record_check(actor: Actor, source_id: str, state: LinkState, reason: str) -> None:
    """Set a source's link state by hand; nothing is recorded where it is as it was. Raises NotFound."""
    with journal.write(actor.id) as tx:
        _set_state(tx, rows.require(Source, source_id), state, reason)


def _set_state(tx: Transaction, source: Values, state: LinkState, reason: str | None) -> None:
    if source["link_state"] != state:
        # A look that changes nothing is no event: its time stands in link_checks alone.
        values = {"link_state": state, "checked_at": tx.now}
        tx.change("source.checked", Subject.SOURCE, source, values, reason=reason)


class _Seen:
    """A page that was there, held against what was known of it."""

    def __init__(self, tx: Transaction, source: Values, capture: Capture) -> None:
        self._tx = tx
        self._source = source["id"]
        self._capture = capture
        self._store = capture.store
        self._last = snapshots.newest([self._source]).get(self._source)

    def keep(self) -> None:
        reading = self._capture.reading
        if reading is None:
            self._as_before()
            # Of what was attached since the page was asked for nobody has said what it tells.
            link_checks.ask_if_unread(self._source, self._tx.now)
            return
        links = snapshots.standing_evidence(self._source)
        found = {link["id"]: _quote_state(link, reading) for link in links}
        vanished = {link["id"] for link in links if _vanished(link, found[link["id"]])}
        if self._last is not None and not vanished and self._reads_alike(self._last):
            self._as_before()
            before, current = None, self._last["id"]
        else:
            # What could not be read, or is not kept any more, tells of no change: one before it may.
            before = snapshots.newest_with_text(self._source) or self._last
            current = self._take(reading)
        for link in links:
            self._pin(link, current, found[link["id"]])
        if before is not None:
            self._flag(links, vanished, before, current)

    def _as_before(self) -> None:
        if self._last is not None:
            snapshots.seen(self._last, self._capture.fetched_at)

    def _reads_alike(self, last: Values) -> bool:
        """Whether there is nothing new: the same bytes, or others from which the same text was read."""
        capture = self._capture
        known = {last["sha256"], last["text_sha256"]}
        return capture.sha256 in known or (capture.text_sha256 is not None and capture.text_sha256 in known)

    def _take(self, reading: Reading) -> str:
        capture = self._capture
        values = {
            "source": self._source,
            "fetched_at": capture.fetched_at,
            "http_status": capture.http_status,
            "final_url": capture.final_url,
            "media_type": capture.media_type,
            "size": capture.size,
            "sha256": capture.sha256,
            "text_sha256": capture.text_sha256,
            "title": reading.title,
            "author": reading.author,
            "published_at": reading.published_at,
            "archive_urls": [],
        }
        snapshot = self._tx.create("snapshot.taken", Subject.SNAPSHOT, values)
        if reading.text is not None:
            texts.put(snapshot, reading.links, reading.canonical)
        for staged in self._files(snapshot):
            snapshots.keep(staged.name, staged.size, capture.fetched_at)
            self._store.place(staged)
        # What was kept already is as new as what was not.
        snapshots.seen({**values, "id": snapshot}, capture.fetched_at)
        return snapshot

    def _files(self, snapshot: str) -> Sequence[Staged]:
        """What this snapshot adds to the store: the same bytes and the same text are kept once."""
        capture = self._capture
        archive, text = capture.archive, capture.text
        if archive is not None and archive.name in snapshots.kept([archive.name]):
            archive = self._store.stage(archive_name(snapshot), capture.again)
        return [staged for staged in (archive, text) if staged is not None]

    def _pin(self, link: Values, current: str, quote_state: QuoteState | None) -> None:
        """Say which snapshot a link was first read in, and whether its quote stands there."""
        values: Values = {} if quote_state is None else {"quote_state": quote_state}
        type_ = "evidence.checked"
        if link["snapshot"] is None:
            values["snapshot"] = current
            type_ = "evidence.pinned"
        self._tx.change(type_, Subject.EVIDENCE, link, values, claim=link["claim"])

    def _flag(self, links: Sequence[Values], vanished: set[str], before: Values, current: str) -> None:
        others = [link for link in links if link["id"] not in vanished]
        resting = snapshots.rested_on(others)
        changed = resting if resting and self._changed_in_substance(before) else set()
        for link in links:
            if link["id"] in vanished | changed:
                reason = FlagReason.QUOTE_MISSING if link["id"] in vanished else FlagReason.PAGE_CHANGED
                self._raise(link, reason, before["id"], current)

    def _changed_in_substance(self, last: Values) -> bool:
        reading = self._capture.reading
        text = reading.text if reading else None
        if text is None or last["text_sha256"] is None:
            return False
        try:
            before = self._store.read_text(text_name(last["text_sha256"]))
        except Missing:
            return False  # what nobody can be shown any more is no reason to look
        return changes.compare(before, text).substantive

    def _raise(self, link: Values, reason: FlagReason, before: str, after: str) -> None:
        """One flag for a link and a reason: while it stands, it shows what the page says by now."""
        standing = snapshots.open_flag(link["id"], reason)
        if standing is not None:
            self._tx.change("flag.renewed", Subject.FLAG, standing, {"after": after}, claim=link["claim"])
            return
        values = {
            "claim": link["claim"],
            "reason": reason,
            "source": self._source,
            "evidence": link["id"],
            "before": before,
            "after": after,
            "resolved": False,
            "note": None,
        }
        self._tx.create("flag.raised", Subject.FLAG, values, claim=link["claim"])


def _quote_state(link: Values, reading: Reading) -> QuoteState | None:
    """Where a link's quote stands on the page; None where it has none, or where no text could be read."""
    texts = [text for text in (reading.text, reading.everything) if text is not None]
    quote = link["quote"]
    if not quote or not texts:
        return None
    return quotes.look_for(quote["exact"], quote.get("prefix"), quote.get("suffix"), texts)


def _vanished(link: Values, found: QuoteState | None) -> bool:
    return link["quote_state"] in _SHOWN and found == QuoteState.MISSING
