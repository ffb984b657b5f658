"""What administrators are shown of tokens and settings: no secret among it."""

from collections.abc import Mapping
from typing import Any

from factcheck.config import Settings

Json = dict[str, Any]

_SHOWN: Mapping[str, str] = {
    "public_url": "Public address",
    "organisation": "Organisation",
    "public_reads": "Reading needs no token",
    "approvals": "Approvals before a verdict is public",
    "min_origins": "Independent origins that Supported and Refuted need",
    "rate_limit": "Requests of one account or address",
    "snapshot_mib": "Mebibytes of snapshots",
    "streams": "Clients that wait for changes, in each process",
    "log_level": "Log level",
}
"""Settings that hold no secret by their nature; of the others only what kind they are is told."""


def token(one: Json, version: str) -> Json:
    return {**one, "label": one["label"] or "", "version": version}


def in_force(settings: Settings) -> list[tuple[str, str]]:
    """Settings as people read them."""
    told = [(words, _told(getattr(settings, name))) for name, words in _SHOWN.items()]
    return [
        *told,
        ("Database", "PostgreSQL" if settings.database_url.startswith("postgres") else "SQLite"),
        ("A replica for readers", _told(bool(settings.replica_url))),
        ("Redis", _told(bool(settings.redis_url))),
        ("Public copies are asked for", _told(bool(settings.archive_url))),
        ("Networks that may be fetched besides public ones", ", ".join(map(str, settings.fetch_allow)) or "none"),
        ("Witnesses", ", ".join(key.name for key in settings.witness_keys) or "none"),
    ]


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "none"
