"""The closed vocabularies of the record: every enum that a client or a table may hold."""

from enum import StrEnum


class ClaimKind(StrEnum):
    FACTUAL = "factual"
    PREDICTION = "prediction"
    OPINION = "opinion"
    NORMATIVE = "normative"


class SpeakerKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"
    GROUP = "group"
    ANONYMOUS = "anonymous"


class SourceKind(StrEnum):
    ARTICLE = "article"
    TRANSCRIPT = "transcript"
    VIDEO = "video"
    POST = "post"
    DATASET = "dataset"
    OFFICIAL_RECORD = "official_record"
    OTHER = "other"


class Access(StrEnum):
    OPEN = "open"
    PAYWALLED = "paywalled"


class LinkState(StrEnum):
    UNCHECKED = "unchecked"
    ALIVE = "alive"
    FAILING = "failing"
    DEAD = "dead"
    BLOCKED = "blocked"


class FetchFailure(StrEnum):
    """Why a page was not had."""

    DNS = "dns"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    TLS = "tls"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    FORBIDDEN_TARGET = "forbidden_target"
    BAD_RESPONSE = "bad_response"


class LinkReason(StrEnum):
    """Why a link is not alive, or was not looked at."""

    DNS = "dns"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    TLS = "tls"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    FORBIDDEN_TARGET = "forbidden_target"
    BAD_RESPONSE = "bad_response"
    NOT_FOUND = "not_found"
    GONE = "gone"
    SOFT_NOT_FOUND = "soft_not_found"
    SERVER_ERROR = "server_error"
    UNEXPECTED_STATUS = "unexpected_status"
    ACCESS_REFUSED = "access_refused"
    BOT_WALL = "bot_wall"
    RATE_LIMITED = "rate_limited"
    ROBOTS = "robots"
    ROBOTS_UNAVAILABLE = "robots_unavailable"


class QuoteState(StrEnum):
    UNCHECKED = "unchecked"
    PRESENT = "present"
    MOVED = "moved"
    MISSING = "missing"


class FlagReason(StrEnum):
    """Why somebody should look at a claim again: what a link of it shows is not what it showed before."""

    QUOTE_MISSING = "quote_missing"
    PAGE_CHANGED = "page_changed"


class ImportState(StrEnum):
    """How far an import is; `failed` is one of which no further row can be read."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class SuggestionState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class DeliveryState(StrEnum):
    """Where an event stands on its way to a webhook: `failed` is one that was sent again on request, in vain."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Stance(StrEnum):
    SUPPORTS = "supports"
    REFUTES = "refutes"
    MENTIONS = "mentions"


class CitationKind(StrEnum):
    QUOTES = "quotes"
    REPUBLISHES = "republishes"
    BASED_ON = "based_on"


class RelationKind(StrEnum):
    SAME_EVENT = "same_event"
    NARROWER = "narrower"
    CONTRADICTS = "contradicts"
    CONFIRMS = "confirms"
    LATER_VERSION = "later_version"
    DISTINCT = "distinct"
    """They look alike, and somebody has looked: they are not the same."""


class Rating(StrEnum):
    SUPPORTED = "supported"
    REFUTED = "refuted"
    CONFLICTING_EVIDENCE = "conflicting_evidence"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"
    MISSING_CONTEXT = "missing_context"
    OUTDATED = "outdated"
    SATIRE = "satire"
    NOT_CHECKABLE = "not_checkable"


class VerdictState(StrEnum):
    """Where one verdict stands; `rejected` is a proposal that was never published."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    VOID = "void"
    REJECTED = "rejected"


class CorrectionType(StrEnum):
    MINOR = "minor"
    FACTUAL = "factual"
    RATING_CHANGE = "rating_change"
    VOID = "void"


class Status(StrEnum):
    """What dashboards pull: derived from the verdicts, see `domain.status`."""

    UNREVIEWED = "unreviewed"
    IN_REVIEW = "in_review"
    SUPPORTED = "supported"
    REFUTED = "refuted"
    CONFLICTING_EVIDENCE = "conflicting_evidence"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"
    MISSING_CONTEXT = "missing_context"
    OUTDATED = "outdated"
    SATIRE = "satire"
    NOT_CHECKABLE = "not_checkable"
    DISPUTED = "disputed"
    VOID = "void"


class Workflow(StrEnum):
    """How far the work on a claim has come, whatever its status says."""

    UNREVIEWED = "unreviewed"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"


class Role(StrEnum):
    """Each role may do all that the ones before it may."""

    READER = "reader"
    CONTRIBUTOR = "contributor"
    REVIEWER = "reviewer"
    EDITOR = "editor"
    ADMIN = "admin"

    def may(self, needed: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Subject(StrEnum):
    """What an event can be about; also the names of the tables' rooms."""

    ACCOUNT = "account"
    TOKEN = "token"  # noqa: S105 - the name of a thing, not a secret
    SCALE = "scale"
    PUBLISHER = "publisher"
    SPEAKER = "speaker"
    SOURCE = "source"
    CITATION = "citation"
    CLAIM = "claim"
    APPEARANCE = "appearance"
    EVIDENCE = "evidence"
    VERDICT = "verdict"
    CORRECTION = "correction"
    RELATION = "relation"
    REPLY = "reply"
    SNAPSHOT = "snapshot"
    FLAG = "flag"
    SUGGESTION = "suggestion"
    LOG_KEY = "log_key"
    WEBHOOK = "webhook"


ADMINISTRATIVE = (Subject.ACCOUNT, Subject.TOKEN, Subject.WEBHOOK)
"""Kinds of subject that only administrators may read about."""
