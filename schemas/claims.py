"""Claims, and what is said about how they bear on one another."""

from marshmallow import Schema, fields, validate

from factcheck.domain.corroboration import Uncounted
from factcheck.domain.vocabulary import CitationKind, ClaimKind, Rating, RelationKind, Status, Workflow
from schemas.accounts import AccountShort
from schemas.evidence import Evidence
from schemas.fields import EdtfDate, Id, Language, Moment, Some, Text, Word
from schemas.flags import Flag
from schemas.paging import AsOfQuery
from schemas.reasons import Why
from schemas.sources import Marked, SourceRef, SourceShort
from schemas.speakers import SpeakerRef, SpeakerShort
from schemas.verdicts import Verdict

_MOST = 200
"""Values of one filter."""
_SORTS = ("-updated", "-created", "-claimed")


class ClaimPatch(Schema):
    """Fields of a claim to change; `reason` says why."""

    text = Text(longest=5000, lines=True, metadata={"description": "The checkable wording."})
    quote = Text(longest=10_000, lines=True, allow_none=True, metadata={"description": "The words as spoken."})
    kind = Word(ClaimKind)
    speaker = fields.Nested(SpeakerRef, allow_none=True)
    speaker_role = Text(longest=300, allow_none=True)
    speaker_affiliation = Text(longest=300, allow_none=True)
    relayed_by = fields.Nested(SpeakerRef, allow_none=True, metadata={"description": "Who passed the words on."})
    claim_date = EdtfDate(allow_none=True)
    event_date = EdtfDate(allow_none=True)
    place = Text(longest=300, allow_none=True)
    language = Language(allow_none=True)
    topics = Some(Text(longest=100), most=50, unique=True)
    context = Text(longest=10_000, lines=True, allow_none=True)
    source = fields.Nested(SourceRef, allow_none=True)
    reason = Text(longest=5000, lines=True)


class ClaimIn(ClaimPatch):
    """A claim; only `text` is required."""

    class Meta:
        exclude = ("reason",)

    text = Text(longest=5000, lines=True, required=True, metadata={"description": "The checkable wording."})


class Appearance(Schema):
    id = Id(required=True)
    source = fields.Nested(SourceShort, required=True)
    first = fields.Boolean(required=True)


class AppearanceIn(Schema):
    source = fields.Nested(SourceRef, required=True)


class RelationIn(Schema):
    kind = Word(RelationKind, required=True)
    claim = Id(required=True)
    note = Text(longest=5000, lines=True, allow_none=True)


class Relation(Schema):
    id = Id(required=True)
    kind = Word(RelationKind, required=True)
    direction = fields.String(required=True, validate=validate.OneOf(["outgoing", "incoming"]))
    claim = Id(required=True)
    note = fields.String(required=True, allow_none=True)


class ReplyIn(Schema):
    text = Text(longest=10_000, lines=True, required=True)
    source = fields.Nested(SourceRef, allow_none=True)


class Reply(Schema):
    id = Id(required=True)
    text = fields.String(required=True)
    source = fields.Nested(SourceShort, required=True, allow_none=True)
    created_at = fields.DateTime(required=True)


class MergeIn(Schema):
    into = Id(required=True)


class Counts(Schema):
    links = fields.Integer(required=True)
    publishers = fields.Integer(required=True)
    independent_origins = fields.Integer(required=True)
    origin_unknown = fields.Integer(required=True)


class CountsByStance(Schema):
    supports = fields.Nested(Counts, required=True)
    refutes = fields.Nested(Counts, required=True)


class Claim(Schema):
    id = Id(required=True)
    url = fields.String(required=True)
    text = fields.String(required=True)
    quote = fields.String(required=True, allow_none=True)
    kind = Word(ClaimKind, required=True)
    speaker = fields.Nested(SpeakerShort, required=True, allow_none=True)
    speaker_role = fields.String(required=True, allow_none=True)
    speaker_affiliation = fields.String(required=True, allow_none=True)
    relayed_by = fields.Nested(SpeakerShort, required=True, allow_none=True)
    claim_date = fields.String(required=True, allow_none=True)
    event_date = fields.String(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True)
    topics = fields.List(fields.String(), required=True)
    context = fields.String(required=True, allow_none=True)
    source = fields.Nested(SourceShort, required=True, allow_none=True)
    appearances = fields.List(fields.Nested(Appearance), required=True)
    status = Word(Status, required=True)
    workflow = Word(Workflow, required=True)
    needs_review = fields.List(fields.Nested(Flag), required=True)
    taken_by = fields.Nested(AccountShort, required=True, allow_none=True)
    verdict = fields.Nested(Verdict, required=True, allow_none=True)
    verdicts = fields.List(fields.Nested(Verdict), required=True)
    evidence = fields.List(fields.Nested(Evidence), required=True)
    corroboration = fields.Nested(CountsByStance, required=True)
    relations = fields.List(fields.Nested(Relation), required=True)
    replies = fields.List(fields.Nested(Reply), required=True)
    merged_into = Id(required=True, allow_none=True)
    merged_from = fields.List(Id(), required=True)
    correction_count = fields.Integer(required=True)
    created_at = fields.DateTime(required=True)
    created_by = fields.String(required=True)
    updated_at = fields.DateTime(required=True)
    seq = fields.Integer(required=True)


class PossibleMatch(Schema):
    claim = Id(required=True)
    score = fields.Float(required=True)
    why = fields.Nested(Why, required=True)


class ClaimSubmitted(Claim):
    possible_matches = fields.List(
        fields.Nested(PossibleMatch),
        required=True,
        metadata={"description": "Earlier claims that may say the same, likeliest first."},
    )


class ClaimStatus(Schema):
    """The small answer for dashboards; `verdicts` counts those that are published."""

    id = Id(required=True)
    status = Word(Status, required=True)
    rating = Word(Rating, required=True, allow_none=True)
    label = fields.String(required=True, allow_none=True)
    verdicts = fields.Integer(required=True)
    disputed = fields.Boolean(required=True)
    merged_into = Id(required=True, allow_none=True)
    updated_at = fields.DateTime(required=True)
    seq = fields.Integer(required=True)


class Statuses(Schema):
    items = fields.List(fields.Nested(ClaimStatus), required=True)
    missing = fields.List(Id(), required=True)


class StatusesQuery(Schema):
    id = Some(Id(), least=1, most=200, required=True)


class ClaimFilters(Schema):
    """Filters of lists of claims; a repeated one means any of its values."""

    status = Some(Word(Status), most=_MOST)
    kind = Some(Word(ClaimKind), most=_MOST)
    speaker = Some(Id(), most=_MOST)
    source = Some(Id(), most=_MOST)
    publisher = Some(Id(), most=_MOST)
    topic = Some(Text(longest=100), most=_MOST)
    language = Some(Language(), most=_MOST)
    reviewer = Some(Id(), most=_MOST)
    needs_review = fields.Boolean(
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "Whether a page that the claim rests on has changed since."},
    )
    claimed_from = EdtfDate()
    claimed_to = EdtfDate()
    updated_since = Moment()


class ClaimQuery(ClaimFilters, AsOfQuery):
    """Which claims a list has, as of when, and in which order."""

    sort = fields.String(validate=validate.OneOf(_SORTS), load_default="-updated")


class Group(Schema):
    """Links that are one witness, or that are none for the same reason."""

    links = fields.List(Id(), required=True)
    origins = fields.List(Id(), required=True)
    uncounted = Word(Uncounted, required=True, allow_none=True)
    reasons = fields.List(fields.Dict(), required=True)
    detail = fields.String(required=True, metadata={"description": "The same in a sentence, by titles and names."})


class CountsWithGroups(Counts):
    groups = fields.List(fields.Nested(Group), required=True)


class Edge(Schema):
    source = Id(required=True)
    origin = Id(required=True)
    kind = Word(CitationKind, required=True)
    reason = fields.String(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    created_by = fields.String(required=True)


class Graph(Schema):
    nodes = fields.List(fields.Nested(Marked), required=True)
    edges = fields.List(fields.Nested(Edge), required=True)


class Corroboration(Schema):
    supports = fields.Nested(CountsWithGroups, required=True)
    refutes = fields.Nested(CountsWithGroups, required=True)
    graph = fields.Nested(Graph, required=True)
