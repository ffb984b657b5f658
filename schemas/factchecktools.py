"""Google's Fact Check Tools API, v1alpha1: queries and answers as its discovery document has them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from factcheck.domain import reviews
from factcheck.domain.search_queries import LONGEST
from schemas.fields import HttpUrl, Language

MOST_SKIPPED = 10_000
"""Results that `offset` can pass over; from there on tokens lead."""

_INT32 = 2**31 - 1
_MAY_BE_EMPTY = ("query", "languageCode", "reviewPublisherSiteFilter", "organization", "pageToken")


class _Camel(Schema):
    """Names as Google writes them: `page_size` is pageSize."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        first, *rest = field_name.split("_")
        field_obj.data_key = field_obj.data_key or first + "".join(word.capitalize() for word in rest)


class Site(fields.String):
    """A host, such as nytimes.com; of a URL its host. `www.` does not count."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return reviews.site_of(text if "://" in text else f"https://{text}")
        except ValueError as error:
            raise ValidationError(f"is no site, such as example.org: {error}.") from None


class Tag(fields.String):
    """A language's tag, or nothing."""

    def __init__(self, **options: Any) -> None:
        pattern = self._TAG.metadata["pattern"].strip("^$")
        options["metadata"] = {"pattern": f"^({pattern})?$", "maxLength": 35, **options.get("metadata", {})}
        super().__init__(**options)

    _TAG = Language()

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return self._TAG.deserialize(value, attr, data, **kwargs)


class StandardQuery(_Camel):
    """What every method of a Google API takes. Keys and tokens of theirs mean nothing here, and are never ours."""

    alt = fields.String(validate=validate.OneOf(["json"]), metadata={"description": "The answer is always JSON."})
    pretty_print = fields.Boolean(truthy={"true", "1"}, falsy={"false", "0"}, load_default=True)
    selector = fields.String(data_key="fields", metadata={"description": "Taken, and passed over: all are sent."})
    xgafv = fields.String(data_key="$.xgafv", validate=validate.OneOf(["1", "2"]))
    key = fields.String()
    access_token = fields.String(data_key="access_token")
    oauth_token = fields.String(data_key="oauth_token")
    callback = fields.String()
    quota_user = fields.String()
    upload_type = fields.String()
    upload_protocol = fields.String(data_key="upload_protocol")

    @pre_load
    def _without_empty(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """An empty text is none, as in proto3."""
        return {name: value for name, value in data.items() if value != "" or name not in _MAY_BE_EMPTY}


class _ListQuery(StandardQuery):
    page_size = fields.Integer(
        validate=validate.Range(0, _INT32),
        load_default=0,
        metadata={"description": "Up to so many results, 100 at most; 10 where it is left out or 0."},
    )
    page_token = fields.String()
    offset = fields.Integer(
        validate=validate.Range(0, MOST_SKIPPED),
        load_default=0,
        metadata={"description": "Results to pass over; not with a pageToken."},
    )


class SearchQuery(_ListQuery):
    query = fields.String(validate=validate.Length(max=LONGEST))
    language_code = Tag(metadata={"description": "The claim's language; regions do not count."})
    review_publisher_site_filter = Site()
    max_age_days = fields.Integer(
        validate=validate.Range(0, _INT32),
        load_default=0,
        metadata={"description": "By the newer of claim date and review date; 0 is any."},
    )

    @validates_schema
    def _one_at_least(self, data: Mapping[str, Any], **_: Any) -> None:
        if "query" not in data and "review_publisher_site_filter" not in data:
            raise ValidationError("is required unless reviewPublisherSiteFilter is specified.", "query")


class PagesQuery(_ListQuery):
    url = HttpUrl()
    organization = Site()

    @validates_schema
    def _one_exactly(self, data: Mapping[str, Any], **_: Any) -> None:
        if "url" in data and "organization" in data:
            raise ValidationError("cannot be specified along with organization.", "url")
        if "url" not in data and "organization" not in data:
            raise ValidationError("is required unless organization is specified.", "url")


class FactCheckPublisher(_Camel):
    name = fields.String()
    site = fields.String()


class FactCheckReview(_Camel):
    publisher = fields.Nested(FactCheckPublisher)
    url = fields.String()
    title = fields.String()
    review_date = fields.String(metadata={"format": "date-time"})
    textual_rating = fields.String()
    language_code = fields.String()


class FactCheckedClaim(_Camel):
    text = fields.String()
    claimant = fields.String()
    claim_date = fields.String(metadata={"format": "date-time"})
    claim_review = fields.List(fields.Nested(FactCheckReview))


class FactCheckedClaims(_Camel):
    claims = fields.List(fields.Nested(FactCheckedClaim))
    next_page_token = fields.String()


class MarkupClaimAuthor(_Camel):
    name = fields.String()
    image_url = fields.String()
    job_title = fields.String()
    same_as = fields.String()


class MarkupRating(_Camel):
    textual_rating = fields.String()
    rating_value = fields.Integer()
    best_rating = fields.Integer()
    worst_rating = fields.Integer()
    rating_explanation = fields.String()
    image_url = fields.String()


class MarkupReviewAuthor(_Camel):
    name = fields.String()
    image_url = fields.String()


class ClaimReviewMarkup(_Camel):
    url = fields.String()
    claim_reviewed = fields.String()
    claim_date = fields.String()
    claim_location = fields.String()
    claim_first_appearance = fields.String()
    claim_appearances = fields.List(fields.String())
    claim_author = fields.Nested(MarkupClaimAuthor)
    rating = fields.Nested(MarkupRating)


class ClaimReviewMarkupPage(_Camel):
    name = fields.String()
    page_url = fields.String()
    publish_date = fields.String()
    claim_review_author = fields.Nested(MarkupReviewAuthor)
    claim_review_markups = fields.List(fields.Nested(ClaimReviewMarkup))
    version_id = fields.String()


class ClaimReviewMarkupPages(_Camel):
    claim_review_markup_pages = fields.List(fields.Nested(ClaimReviewMarkupPage))
    next_page_token = fields.String()


class _Status(_Camel):
    code = fields.Integer(required=True)
    message = fields.String(required=True)
    status = fields.String(required=True)
    details = fields.List(fields.Dict())


class GoogleError(_Camel):
    """An error as Google's APIs answer it (google.rpc.Status)."""

    error = fields.Nested(_Status, required=True)
