"""Snapshots over HTTP. What pages said is other people's text: for those who work with the record."""

from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.vocabulary import Role
from factcheck.services import snapshots
from factcheck.web.auth import PUBLIC
from factcheck.web.context import snapshot_store
from factcheck.web.openapi import Blueprint
from schemas.paging import PageQuery
from schemas.snapshots import Diff, DiffQuery, Snapshot, SnapshotText

blueprint = Blueprint("snapshots", __name__, description="What cited pages said when they were read.")

_WARC = "application/warc"


@blueprint.endpoint("GET", "/v1/sources/<source_id>/snapshots", PUBLIC, Snapshot, query=PageQuery)
def page(query: Json, source_id: str) -> Response:
    """List what was read of a source's page and when, newest first."""
    found = snapshots.of_source(source_id, answers.after(query), query["limit"] + 1)
    return answers.page(found, query["limit"])


@blueprint.endpoint("GET", "/v1/snapshots/<snapshot_id>", PUBLIC, Snapshot)
def get(snapshot_id: str) -> Response:
    """Read what is known of a snapshot."""
    return answers.one(snapshots.get(snapshot_id))


@blueprint.endpoint("GET", "/v1/snapshots/<snapshot_id>/text", Role.READER, SnapshotText, also=(410,))
def text(snapshot_id: str) -> Response:
    """Read the text that was read from the page."""
    return answers.one(snapshots.text(snapshot_store(), snapshot_id))


@blueprint.endpoint("GET", "/v1/snapshots/<snapshot_id>/diff", Role.READER, Diff, query=DiffQuery, also=(410,))
def diff(query: Json, snapshot_id: str) -> Response:
    """Read what changed in the text between two snapshots."""
    return answers.one(snapshots.diff(snapshot_store(), snapshot_id, query["with_"]))


@blueprint.endpoint("GET", "/v1/snapshots/<snapshot_id>/warc", Role.READER, media_type=_WARC, also=(410,))
def warc(snapshot_id: str) -> Response:
    """Download the exchange with the site, as a WARC file."""
    found = snapshots.archive(snapshot_store(), snapshot_id)
    name = f"attachment; filename={snapshot_id}.warc.gz"
    return Response(found, content_type=_WARC, headers={"Content-Disposition": name})
