"""The tables. Entity tables hold what events set; derived ones can be made again from the ledger.

References are plain text columns and not peewee's foreign keys: nothing can be loaded behind a query's
back. The constraints themselves stand in the migrations.
"""

from typing import Any

import orjson
import peewee

from factcheck.ledger.canonical import canonical
from factcheck.storage.db import database


class Json(peewee.TextField):
    """A JSON value kept as text, the same on both databases, and written as the ledger writes it."""

    def db_value(self, value: Any) -> str | None:
        return None if value is None else canonical(value).decode()

    def python_value(self, value: str | None) -> Any:
        return None if value is None else orjson.loads(value)


class Model(peewee.Model):
    class Meta:
        database = database


class EntityModel(Model):
    """What every entity has; `seq` is its newest event's, and so its version."""

    id = peewee.TextField(primary_key=True)
    created_at = peewee.TextField()
    created_by = peewee.TextField()
    updated_at = peewee.TextField()
    seq = peewee.BigIntegerField()


class Account(EntityModel):
    name = peewee.TextField()
    role = peewee.TextField()
    active = peewee.BooleanField()

    class Meta:
        table_name = "accounts"


class Token(EntityModel):
    """`digest` (SHA-256 of the token) is the one column that no event holds."""

    account = peewee.TextField()
    label = peewee.TextField(null=True)
    expires_at = peewee.TextField(null=True)
    revoked_at = peewee.TextField(null=True)
    digest = peewee.TextField(null=True)

    class Meta:
        table_name = "tokens"


class Scale(EntityModel):
    """One version of a rating scale; a used version never changes."""

    slug = peewee.TextField()
    version = peewee.IntegerField()
    title = peewee.TextField()
    labels = Json()

    class Meta:
        table_name = "scales"


class Publisher(EntityModel):
    name = peewee.TextField()
    url = peewee.TextField(null=True)
    owner = peewee.TextField(null=True)

    class Meta:
        table_name = "publishers"


class Speaker(EntityModel):
    name = peewee.TextField()
    kind = peewee.TextField()
    role = peewee.TextField(null=True)
    affiliation = peewee.TextField(null=True)
    wikidata_id = peewee.TextField(null=True)
    aliases = Json()

    class Meta:
        table_name = "speakers"


class Source(EntityModel):
    url = peewee.TextField(null=True)
    canonical_url = peewee.TextField(null=True)
    title = peewee.TextField(null=True)
    kind = peewee.TextField()
    publisher = peewee.TextField(null=True)
    published_at = peewee.TextField(null=True)
    language = peewee.TextField(null=True)
    access = peewee.TextField(null=True)
    is_origin = peewee.BooleanField(null=True)
    origin_marked_by = peewee.TextField(null=True)
    origin_marked_at = peewee.TextField(null=True)
    link_state = peewee.TextField()
    checked_at = peewee.TextField(null=True)
    archive_url = peewee.TextField(null=True)

    class Meta:
        table_name = "sources"


class Citation(EntityModel):
    """`source` relies on `origin`."""

    source = peewee.TextField()
    origin = peewee.TextField()
    kind = peewee.TextField()
    reason = peewee.TextField(null=True)

    class Meta:
        table_name = "citations"


class Claim(EntityModel):
    text = peewee.TextField()
    quote = peewee.TextField(null=True)
    kind = peewee.TextField()
    speaker = peewee.TextField(null=True)
    speaker_role = peewee.TextField(null=True)
    speaker_affiliation = peewee.TextField(null=True)
    relayed_by = peewee.TextField(null=True)
    claim_date = peewee.TextField(null=True)
    event_date = peewee.TextField(null=True)
    place = peewee.TextField(null=True)
    language = peewee.TextField(null=True)
    topics = Json()
    context = peewee.TextField(null=True)
    source = peewee.TextField(null=True)
    taken_by = peewee.TextField(null=True)
    merged_into = peewee.TextField(null=True)
    absorbed = Json()

    class Meta:
        table_name = "claims"


class Appearance(EntityModel):
    claim = peewee.TextField()
    source = peewee.TextField()

    class Meta:
        table_name = "appearances"


class Evidence(EntityModel):
    claim = peewee.TextField()
    source = peewee.TextField()
    stance = peewee.TextField()
    quote = Json(null=True)
    note = peewee.TextField(null=True)
    quote_state = peewee.TextField(null=True)
    snapshot = peewee.TextField(null=True)
    retracted = peewee.BooleanField()

    class Meta:
        table_name = "evidence"


class Verdict(EntityModel):
    claim = peewee.TextField()
    reviewer = peewee.TextField()
    rating = peewee.TextField()
    label = peewee.TextField(null=True)
    scale = peewee.TextField(null=True)
    scale_version = peewee.IntegerField(null=True)
    value = Json(null=True)
    justification = peewee.TextField(null=True)
    evidence = Json()
    review_url = peewee.TextField(null=True)
    valid_from = peewee.TextField(null=True)
    valid_until = peewee.TextField(null=True)
    final = peewee.BooleanField()
    override_reason = peewee.TextField(null=True)
    state = peewee.TextField()
    approvals = Json()
    supersedes = peewee.TextField(null=True)
    published_at = peewee.TextField(null=True)

    class Meta:
        table_name = "verdicts"


class Correction(EntityModel):
    claim = peewee.TextField()
    verdict = peewee.TextField()
    type = peewee.TextField()
    reason = peewee.TextField()
    changes = Json()

    class Meta:
        table_name = "corrections"


class Relation(EntityModel):
    claim = peewee.TextField()
    other = peewee.TextField()
    kind = peewee.TextField()
    note = peewee.TextField(null=True)

    class Meta:
        table_name = "relations"


class Snapshot(EntityModel):
    """What a source's page said at a time. Hashes are hex SHA-256: of the body's bytes, of the text read from it."""

    source = peewee.TextField()
    fetched_at = peewee.TextField()
    http_status = peewee.IntegerField()
    final_url = peewee.TextField(null=True)
    media_type = peewee.TextField(null=True)
    size = peewee.BigIntegerField()
    sha256 = peewee.TextField(null=True)
    text_sha256 = peewee.TextField(null=True)
    title = peewee.TextField(null=True)
    author = peewee.TextField(null=True)
    published_at = peewee.TextField(null=True)
    archive_urls = Json()

    class Meta:
        table_name = "snapshots"


class Flag(EntityModel):
    """A claim that is to be looked at again, because of what changed between two snapshots of a source."""

    claim = peewee.TextField()
    reason = peewee.TextField()
    source = peewee.TextField()
    evidence = peewee.TextField()
    before = peewee.TextField()
    after = peewee.TextField()
    resolved = peewee.BooleanField()
    note = peewee.TextField(null=True)

    class Meta:
        table_name = "flags"


class Suggestion(EntityModel):
    """That `source` relies on `origin`, or on something of `publisher` or at `url`; `score` is how alike texts are."""

    source = peewee.TextField()
    kind = peewee.TextField()
    basis = peewee.TextField()
    origin = peewee.TextField(null=True)
    publisher = peewee.TextField(null=True)
    url = peewee.TextField(null=True)
    score = Json(null=True)
    detail = peewee.TextField(null=True)
    state = peewee.TextField()
    citation = peewee.TextField(null=True)
    reason = peewee.TextField(null=True)

    class Meta:
        table_name = "suggestions"


class LogKey(EntityModel):
    """A public key that checkpoints are signed with; the newest is the one in use."""

    vkey = peewee.TextField()

    class Meta:
        table_name = "log_keys"


class Webhook(EntityModel):
    """Who is told of events; `host` is that of its URL, which can hold secrets and so is no part of the record."""

    host = peewee.TextField()
    types = Json()
    active = peewee.BooleanField()
    paused_at = peewee.TextField(null=True)
    paused_reason = peewee.TextField(null=True)
    former_secret_until = peewee.TextField(null=True)
    removed_at = peewee.TextField(null=True)

    class Meta:
        table_name = "webhooks"


class Reply(EntityModel):
    claim = peewee.TextField()
    text = peewee.TextField()
    source = peewee.TextField(null=True)

    class Meta:
        table_name = "replies"


ENTITIES: dict[str, type[EntityModel]] = {
    "account": Account,
    "token": Token,
    "scale": Scale,
    "publisher": Publisher,
    "speaker": Speaker,
    "source": Source,
    "citation": Citation,
    "claim": Claim,
    "appearance": Appearance,
    "evidence": Evidence,
    "verdict": Verdict,
    "correction": Correction,
    "relation": Relation,
    "reply": Reply,
    "snapshot": Snapshot,
    "flag": Flag,
    "suggestion": Suggestion,
    "log_key": LogKey,
    "webhook": Webhook,
}
"""The table of each kind of subject (`domain.vocabulary.Subject`)."""

SECRET_COLUMNS = {"digest"}
"""Columns that are no part of the record: no event sets them, no fold gives them."""
