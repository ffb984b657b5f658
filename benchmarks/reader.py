"""What the scripts need of a filled record: claims to ask for, and tokens to ask with."""

from secrets import token_hex

from benchmarks.serving import Request
from factcheck.domain.actors import SERVICE
from factcheck.domain.versions import document_etag
from factcheck.domain.vocabulary import Role
from factcheck.services import accounts
from factcheck.storage import db

TARGETS = {"claim by id": 0.6, "304": 0.6, "list of 50": 0.7, "history": 0.7, "status": 0.6}
"""The share of a minimal Flask app's rate that each read must reach."""

ASKED = 1000
"""Different claims that a script asks for."""


def read_requests(url: str) -> dict[str, list[Request]]:
    """Each kind of read, for claims from everywhere in the record."""
    found = some_claims(url)
    return {
        "claim by id": [Request(f"/v1/claims/{claim}", {}) for claim, _ in found],
        "304": [Request(f"/v1/claims/{claim}", {"If-None-Match": document_etag(seq)}) for claim, seq in found],
        "list of 50": [Request("/v1/claims", {})],
        "history": [Request(f"/v1/claims/{claim}/history", {}) for claim, _ in found],
        "status": [Request(f"/v1/claims/{claim}/status", {}) for claim, _ in found],
    }


def some_claims(url: str, count: int = ASKED) -> list[tuple[str, int]]:
    """Ids and seqs of up to `count` claims, evenly from the oldest to the newest."""
    db.connect(url)
    ids = db.query("SELECT claim, seq FROM documents WHERE merged_into IS NULL ORDER BY claim")
    db.database.close()
    return [(claim, seq) for claim, seq in ids[:: max(1, len(ids) // count)][:count]]


def token_for(url: str, role: Role = Role.REVIEWER) -> str:
    """The token of a new account."""
    db.connect(url)
    account = accounts.add(SERVICE, {"name": f"benchmark {token_hex(8)}", "role": str(role)})
    token = accounts.add_token(SERVICE, account["id"], {})["token"]
    db.database.close()
    return str(token)
