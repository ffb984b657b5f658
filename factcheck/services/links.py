"""What checking a link found, as far as it changes what readers are told."""

from factcheck.domain.actors import Actor
from factcheck.domain.vocabulary import LinkState, Subject
from factcheck.storage import journal, rows
from factcheck.storage.models import Source


def record_check(actor: Actor, source_id: str, state: LinkState, reason: str) -> None:
    """Set a source's link state; nothing is recorded where it is as it was. Raises NotFound."""
    with journal.write(actor.id) as tx:
        source = rows.require(Source, source_id)
        if source["link_state"] != state:
            values = {"link_state": state, "checked_at": tx.now}
            tx.change("source.checked", Subject.SOURCE, source, values, reason=reason)
