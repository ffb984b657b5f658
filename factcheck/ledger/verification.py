"""The checks of an exported log, line by line; `verify` runs them."""

import re
from collections.abc import Iterator, Sequence

from factcheck.ledger import export
from factcheck.ledger.canonical import canonical
from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.event import SALT_BYTES, Envelope, commit
from factcheck.ledger.merkle import Frontier
from factcheck.ledger.note import BadNote, Note
from factcheck.ledger.redactions import REDACTED, Redactions
from factcheck.ledger.report import Report, shown
from factcheck.ledger.states import States
from factcheck.ledger.trust import KEY_ADDED, Trust

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_SALT = re.compile(f"[0-9a-f]{{{2 * SALT_BYTES}}}")


class Verification:
    """Takes the lines in their order, then `finished` or `broken_off` gives the report.

    `kept` are notes of checkpoints; raises BadNote where one is none.
    """

    def __init__(self, trust: Trust, kept: Sequence[Note]) -> None:
        self.report = Report(kept=len(kept), keys_given=trust.given is not None)
        self._trust = trust
        self._kept = [(Checkpoint.parse(note.text), note) for note in kept]
        self._kept_sizes = {checkpoint.size for checkpoint, _ in self._kept}
        self._tree = Frontier()
        self._states = States()
        self._redactions = Redactions()
        self._last = (0, "")
        self._stored = 0
        self._origin: str | None = None
        self._end: export.End | None = None

    def take(self, line: export.Line) -> None:
        """The next line; raises NotCanonical or BadNote for what no exported log can hold."""
        if isinstance(line, export.Event):
            self.report.add(self._event(line))
        elif isinstance(line, export.StoredEntity):
            self._stored += 1
            self.report.add(self._states.compare(line.subject_type, line.entity))
        elif isinstance(line, export.SignedCheckpoint):
            self.report.add(self._checkpoint(line.note))
        elif isinstance(line, export.LogKey | export.WitnessKey):
            self._trust.name(line.vkey)
        elif isinstance(line, export.Header):
            self.report.header = line
            self.report.add(self._kept_at_this_size())
        else:
            self._end = line

    def broken_off(self, reason: str) -> Report:
        """The report where the rest cannot be read."""
        self.report.unreadable = reason
        return self.report

    def finished(self) -> Report:
        """The report after the last line."""
        report = self.report
        report.add(self._ending())
        report.add(self._kept_problems())
        report.erased_unread = self._redactions.unread
        report.entities, report.entities_hidden = self._states.compared, self._states.hidden
        report.keys = [str(key) for key in self._trust.shown()]
        return report

    # Events

    def _event(self, line: export.Event) -> Iterator[str]:
        self.report.events += 1
        yield from self._order(line.envelope)
        leaf = line.envelope.leaf_hash()
        if leaf != line.leaf_hash:
            yield f"event {line.envelope.seq}: the envelope does not give its leaf hash"
        self._tree.append(bytes.fromhex(leaf))
        if line.payload is None:
            yield from self._absent(line)
        else:
            yield from self._payload(line, line.payload)
        if self._tree.size in self._kept_sizes:
            yield from self._kept_at_this_size()

    def _order(self, envelope: Envelope) -> Iterator[str]:
        seq, recorded_at = self._last
        self._last = (envelope.seq, envelope.recorded_at)
        if envelope.seq != seq + 1:
            yield f"event {envelope.seq} follows event {seq}"
        if not _TIME.fullmatch(envelope.recorded_at):
            yield f"event {envelope.seq}: its time is none of RFC 3339 in UTC with six decimals"
        elif envelope.recorded_at < recorded_at:
            yield f"event {envelope.seq}: it was recorded before the event that it follows"

    def _payload(self, line: export.Event, payload: export.Json) -> Iterator[str]:
        self.report.payloads += 1
        event, given = line.envelope, canonical(payload)
        if not _opens(event, line.salt or "", given):
            yield f"event {event.seq}: the payload does not give its commitment"
        if line.withheld or line.redacted_by is not None:
            yield f"event {event.seq}: its payload is there, and is said not to be"
        values = payload.get("set")
        if not isinstance(values, dict):
            yield f"event {event.seq}: its payload has no fields that it sets"
            return
        self._states.add(event, given)
        if event.type == KEY_ADDED:
            self._trust.announce(values.get("vkey"), event.seq)
        if event.type == REDACTED:
            yield from self._redactions.settle(event, payload)

    def _absent(self, line: export.Event) -> Iterator[str]:
        """An event without its payload: something must say why."""
        event = line.envelope
        if line.withheld:
            self.report.withhold(event.type)
            self._states.add(event, None)
        elif line.redacted_by is not None and line.stands is not None:
            self.report.erased += 1
            self._states.add(event, canonical({"set": line.stands}))
            yield from self._redactions.expect(event, line.redacted_by, line.stands)
        else:
            self._states.add(event, None)
            yield f"event {event.seq}: its payload is missing, and nothing says why"
        if line.salt is not None:
            yield f"event {event.seq}: its salt is there without its payload"
        if event.type == REDACTED:
            yield from self._redactions.settle(event, None)

    # Checkpoints

    def _checkpoint(self, text: str) -> Iterator[str]:
        self.report.checkpoints += 1
        at = f"the checkpoint after event {self._last[0]}"
        try:
            note = Note.parse(text)
            checkpoint = Checkpoint.parse(note.text)
        except BadNote as error:
            yield f"{at}: {error}"
            return
        if checkpoint.size != self._tree.size:
            yield f"{at}: it is over {checkpoint.size} events, and stands after {self._tree.size}"
        elif checkpoint.root != self._tree.root():
            yield f"{at}: its root is not that of the events up to there"
        else:
            self.report.signed_size = checkpoint.size
        self._origin = checkpoint.origin
        yield from (f"{at}: {problem}" for problem in self._trust.problems(note, checkpoint))
        yield from (f"{at}: {problem}" for problem in self._cosignatures(note))

    def _cosignatures(self, note: Note) -> Iterator[str]:
        self.report.unknown_signatures += self._trust.unknown(note)
        try:
            self.report.cosignatures.update(key.name for key in note.signed_by(self._trust.witnesses()))
        except BadNote as error:
            yield str(error)

    def _kept_at_this_size(self) -> Iterator[str]:
        for checkpoint, _ in self._kept:
            if checkpoint.size == self._tree.size and checkpoint.root != self._tree.root():
                yield f"event {checkpoint.size} or one before it is another than when you kept your checkpoint"

    def _kept_problems(self) -> Iterator[str]:
        size = self._tree.size
        for checkpoint, note in self._kept:
            at = f"your checkpoint over {checkpoint.size} events"
            if checkpoint.size > size:
                yield f"{at}: the log was truncated, it has {size} events"
            yield from (f"{at}: {problem}" for problem in self._trust.problems(note, checkpoint))

    # The end

    def _ending(self) -> Iterator[str]:
        counted = export.End(self.report.events, self.report.checkpoints, self._stored)
        if self._end is None:
            yield f"the file was cut off after event {self._last[0]}: its last line is missing"
            return
        if self._end != counted:
            yield f"the last line counts {_counts(self._end)}, the file has {_counts(counted)}"
        if self.report.header is not None:
            yield from self._header_problems(self.report.header)
        yield from self._states.missing()
        yield from self._redactions.unsettled()
        yield from self._trust.unannounced()

    def _header_problems(self, header: export.Header) -> Iterator[str]:
        if header.size != self.report.events:
            yield f"the first line says {header.size} events, the file has {self.report.events}"
        if self._origin not in (None, header.origin):
            yield f"the first line says that the log is {shown(header.origin)}, its newest checkpoint says otherwise"


def _opens(event: Envelope, salt: str, payload: bytes) -> bool:
    return _SALT.fullmatch(salt) is not None and commit(bytes.fromhex(salt), payload) == event.commitment


def _counts(end: export.End) -> str:
    return f"{end.events} events, {end.checkpoints} checkpoints and {end.entities} entities"
