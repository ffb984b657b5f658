"""What the record knows of pages elsewhere: whose site it is, and what a page is called."""

from collections.abc import Collection

from factcheck.domain import urls
from factcheck.storage import db

_BEGINNINGS = ("https://", "https://www.", "http://", "http://www.")


def names(sites: Collection[str]) -> dict[str, str]:
    """The names of the publishers whose own address is a site, by the site (a host without `www.`)."""
    if not sites:
        return {}
    homes = {f"{begins}{site}{end}": site for site in sorted(sites) for begins in _BEGINNINGS for end in ("", "/")}
    sql = f"SELECT url, name FROM publishers WHERE url IN ({db.marks([*homes])}) ORDER BY id DESC"  # noqa: S608
    # Of several the one that was there first.
    return {homes[url]: name for url, name in db.query(sql, [*homes])}


def titles(addresses: Collection[str]) -> dict[str, str]:
    """The titles of the sources at these addresses, as they are spelt here; those without one are left out."""
    if not addresses:
        return {}
    spelt = {one: urls.canonical(one) for one in addresses}
    known = sorted(set(spelt.values()))
    sql = f"SELECT canonical_url, title FROM sources WHERE canonical_url IN ({db.marks(known)})"  # noqa: S608
    found: dict[str, str | None] = dict(db.query(sql, known))
    return {one: title for one, page in spelt.items() if (title := found.get(page))}
