"""Groups of links as readers get them: with a sentence that says which links are one witness and why, or are none."""

from collections.abc import Collection, Mapping
from typing import Any

from factcheck.domain.corroboration import Corroboration, Group, Uncounted
from factcheck.domain.views import ClaimView
from factcheck.domain.vocabulary import Subject

Json = dict[str, Any]

_MOST = 3
"""Names of one kind that a sentence has; of the others it has the number."""


def group_documents(view: ClaimView, counted: Corroboration) -> list[Json]:
    """The groups of one stance."""
    source_of = {link["id"]: link["source"] for link in view.parts[Subject.EVIDENCE]}
    return [
        {
            "links": group.links,
            "origins": group.origins,
            "uncounted": group.uncounted,
            "reasons": group.reasons,
            "detail": _sentence(view, group, source_of),
        }
        for group in counted.groups
    ]


def _sentence(view: ClaimView, group: Group, source_of: Mapping[str, str]) -> str:
    named = {source_of[link]: _source_name(view, source_of[link]) for link in group.links}
    who, several = _listed(named.values()), len(named) > 1
    if group.uncounted == Uncounted.CLAIM_ITSELF:
        where = "them, or in what they rely on" if several else "it, or in what it relies on"
        return f"{who} {'do' if several else 'does'} not count: the claim was made in {where}."
    if group.uncounted == Uncounted.ORIGIN_UNKNOWN:
        where = "they come from" if several else "it comes from"
        return f"{who} {'do' if several else 'does'} not count: no reviewer has marked where {where}."
    joined = f": {_joining(view, group)} {'join' if len(group.reasons) > 1 else 'joins'} them" if group.reasons else ""
    return f"{who} {'are' if several else 'is'} one witness{joined}."


def _joining(view: ClaimView, group: Group) -> str:
    """The origins and publishers that links of a group share."""
    origins = [_source_name(view, str(one["source"])) for one in group.reasons if "source" in one]
    houses = [f'"{view.publishers[str(one["publisher"])]["name"]}"' for one in group.reasons if "publisher" in one]
    kinds = (("origin", origins), ("publisher", houses))
    return " and ".join(f"the {kind}{'s' * (len(names) > 1)} {_listed(names)}" for kind, names in kinds if names)


def _source_name(view: ClaimView, source_id: str) -> str:
    """A redaction may have left it neither title nor address."""
    source = view.sources[source_id]
    name = source["title"] or source["url"]
    return f'"{name}"' if name else f"source {source_id}"


def _listed(names: Collection[str]) -> str:
    """The first of the names, and how many more there are."""
    shown = list(names)[:_MOST]
    if len(names) > _MOST:
        return f"{', '.join(shown)} and {len(names) - _MOST} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
