"""The claim that a write is about, once it is sure that it takes writes."""

from typing import Any

from factcheck.domain.errors import ClaimMerged
from factcheck.storage import rows
from factcheck.storage.models import Claim


def open_claim(claim_id: str) -> dict[str, Any]:
    """Raises NotFound, and ClaimMerged for one that was merged into another."""
    claim = rows.require(Claim, claim_id)
    if claim["merged_into"]:
        raise ClaimMerged(f"this claim was merged into {claim['merged_into']}", merged_into=claim["merged_into"])
    return claim
