"""The ledger as auditors read it: checkpoints, keys, entries and proofs."""

from marshmallow import Schema, fields, validate

from schemas.fields import Id, Text

# SQLite and PostgreSQL count up to here.
_MOST = 2**63 - 1


def _count(least: int, *, required: bool = False) -> fields.Integer:
    return fields.Integer(required=required, validate=validate.Range(least, _MOST))


class Cosignature(Schema):
    """What a witness has signed; `key` is its verifier key."""

    witness = fields.String(required=True)
    key = fields.String(required=True)
    cosigned_at = fields.DateTime(required=True)


class Checkpoint(Schema):
    """A signed tree head; `note` is the signed note itself, with the witnesses' lines."""

    size = fields.Integer(required=True)
    root_hash = fields.String(required=True)
    origin = fields.String(required=True)
    signed_at = fields.DateTime(required=True)
    note = fields.String(required=True)
    cosignatures = fields.List(fields.Nested(Cosignature), required=True)


class CosignatureIn(Schema):
    """A checkpoint of this log with the signature lines of one witness or more."""

    checkpoint = Text(longest=20_000, lines=True, required=True)


class LogKey(Schema):
    """A key that checkpoints are signed with, and the event that announced it."""

    id = Id(required=True)
    key = fields.String(required=True)
    added_at = fields.DateTime(required=True)
    seq = fields.Integer(required=True)


class EntriesQuery(Schema):
    start = fields.Integer(data_key="from", validate=validate.Range(1, _MOST), load_default=1)


class InclusionQuery(Schema):
    seq = _count(1, required=True)
    size = _count(1)


class ConsistencyQuery(Schema):
    first = _count(0, required=True)
    second = _count(1)


class Inclusion(Schema):
    """Hashes are lower-case hex; the leaf's index is `seq` - 1; the path goes from the leaf to the root."""

    seq = fields.Integer(required=True)
    size = fields.Integer(required=True)
    leaf_hash = fields.String(required=True)
    path = fields.List(fields.String(), required=True)


class Consistency(Schema):
    first = fields.Integer(required=True)
    second = fields.Integer(required=True)
    path = fields.List(fields.String(), required=True)
