"""Every claim in one file, for those who work with the record elsewhere."""

from flask import Response

from factcheck.api import answers
from factcheck.domain.vocabulary import Role
from factcheck.formats import export
from factcheck.storage import documents
from factcheck.web.conditional import unchanged
from factcheck.web.context import house
from factcheck.web.openapi import Blueprint

blueprint = Blueprint("exports", __name__, description="Every claim in one file.")


@blueprint.endpoint("GET", "/v1/export/claims.jsonl", Role.READER, media_type=export.MEDIA_TYPES[export.JSONL])
def claims_jsonl() -> Response:
    """Read every claim, merged ones too, a line of JSON each."""
    return _claims(export.JSONL)


@blueprint.endpoint("GET", "/v1/export/claims.csv", Role.READER, media_type=export.MEDIA_TYPES[export.CSV])
def claims_csv() -> Response:
    """Read every claim, merged ones too, a row each; no cell is a formula."""
    return _claims(export.CSV)


def _claims(shape: str) -> Response:
    etag = answers.tag_of_all(export.FORMAT)
    known = unchanged(etag)
    if known is not None:
        return known
    headers = {"ETag": etag, "Content-Disposition": f"attachment; filename=claims.{shape}"}
    pieces = export.WRITERS[shape](documents.walk(), house())
    return Response(pieces, content_type=export.MEDIA_TYPES[shape], headers=headers)
