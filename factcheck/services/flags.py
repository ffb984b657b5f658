"""Flags: claims that are to be looked at again, because a page that they rest on is not what it was."""

from typing import Any

from factcheck.domain.actors import Actor
from factcheck.domain.documents import flag_document
from factcheck.domain.errors import Conflict
from factcheck.domain.vocabulary import Subject
from factcheck.storage import journal, rows
from factcheck.storage.models import Flag
from factcheck.storage.open_claims import open_claim


def get(flag_id: str) -> dict[str, Any]:
    """Raises NotFound."""
    return flag_document(rows.require(Flag, flag_id))


def resolve(actor: Actor, flag_id: str, note: str) -> dict[str, Any]:
    """Say what came of looking. Raises NotFound, ClaimMerged, and Conflict where somebody else has."""
    with journal.write(actor.id) as tx:
        flag = rows.require(Flag, flag_id)
        open_claim(flag["claim"])
        if flag["resolved"]:
            raise Conflict("somebody has looked at this already")
        tx.change("flag.resolved", Subject.FLAG, flag, {"resolved": True, "note": note}, claim=flag["claim"])
        return get(flag_id)
