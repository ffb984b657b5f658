"""Who may use which route: one table, held against every route that the service has."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from flask import Flask
from werkzeug.routing import Rule

from factcheck.domain.vocabulary import Role
from factcheck.web.auth import ALWAYS, PUBLIC
from tests.callers import Caller, Callers

READER, CONTRIBUTOR, REVIEWER, EDITOR, ADMIN = Role

NEEDED = {
    "healthz": ALWAYS,
    "readyz": ALWAYS,
    "show_metrics": ALWAYS,
    "openapi": ALWAYS,
    "docs": ALWAYS,
    "docs_start": ALWAYS,
    "docs_file": ALWAYS,
    "describe_problem": ALWAYS,
    "desk_file": ALWAYS,
    "front": PUBLIC,
    "claim_evidence": PUBLIC,
    "claim_history": PUBLIC,
    "speaker_page": PUBLIC,
    "source_page": PUBLIC,
    "corrections_page": PUBLIC,
    "search_page": PUBLIC,
    "log_page": PUBLIC,
    "desk_sign_in": ALWAYS,
    # Who has no session is where signing out leads.
    "desk_sign_out": ALWAYS,
    "desk_queue": CONTRIBUTOR,
    "desk_new_claim": CONTRIBUTOR,
    "desk_matches": CONTRIBUTOR,
    "desk_claim": CONTRIBUTOR,
    "desk_amend": CONTRIBUTOR,
    "desk_appearance": CONTRIBUTOR,
    "desk_reply": CONTRIBUTOR,
    "desk_take": REVIEWER,
    "desk_release": REVIEWER,
    "desk_attach": REVIEWER,
    "desk_quote": REVIEWER,
    "desk_retract": REVIEWER,
    "desk_verdict": REVIEWER,
    "desk_correct": REVIEWER,
    "desk_proposal": REVIEWER,
    "desk_approve": EDITOR,
    "desk_reject": EDITOR,
    "desk_relate": REVIEWER,
    "desk_merge": EDITOR,
    "desk_flag": REVIEWER,
    "desk_difference": READER,
    "desk_source": REVIEWER,
    "desk_mark": REVIEWER,
    "desk_cite": REVIEWER,
    "desk_check": REVIEWER,
    "desk_accept": REVIEWER,
    "desk_turn_down": REVIEWER,
    "desk_admin": ADMIN,
    "desk_account": ADMIN,
    "desk_token": ADMIN,
    "desk_revoke": ADMIN,
    "desk_webhooks": ADMIN,
    "desk_webhook": ADMIN,
    "desk_switch_webhook": ADMIN,
    "desk_rotate_webhook": ADMIN,
    "desk_remove_webhook": ADMIN,
    "desk_resend": ADMIN,
    "claims.page": PUBLIC,
    "claims.get": PUBLIC,
    "claims.public_page": PUBLIC,
    "claims.reviews": PUBLIC,
    "claims.status": PUBLIC,
    "claims.statuses": PUBLIC,
    "claims.corroboration": PUBLIC,
    "search.page": PUBLIC,
    "matching.match": READER,
    "matching.of_claim": PUBLIC,
    "claims.submit": CONTRIBUTOR,
    "claims.amend": CONTRIBUTOR,
    "claims.add_appearance": CONTRIBUTOR,
    "claims.reply": CONTRIBUTOR,
    "claims.take": REVIEWER,
    "claims.release": REVIEWER,
    "claims.relate": REVIEWER,
    "claims.merge": EDITOR,
    "factchecktools.search_claims": PUBLIC,
    "factchecktools.list_pages": PUBLIC,
    "factchecktools.get_page": PUBLIC,
    # Refused to everyone.
    "factchecktools.search_images": PUBLIC,
    "factchecktools.create_page": PUBLIC,
    "factchecktools.update_page": PUBLIC,
    "factchecktools.delete_page": PUBLIC,
    "feeds.claim_reviews": PUBLIC,
    "feeds.verdicts": PUBLIC,
    "feeds.corrections": PUBLIC,
    "embeds.show_badge": PUBLIC,
    "embeds.show_card": PUBLIC,
    "embeds.describe": PUBLIC,
    "exports.claims_jsonl": READER,
    "exports.claims_csv": READER,
    "imports.post": EDITOR,
    "imports.page": EDITOR,
    "imports.get": EDITOR,
    "evidence.get": PUBLIC,
    "evidence.attach": REVIEWER,
    "evidence.attach_all": REVIEWER,
    "evidence.retract": REVIEWER,
    "verdicts.page": PUBLIC,
    "verdicts.get": PUBLIC,
    "verdicts.corrections": PUBLIC,
    "verdicts.post": REVIEWER,
    "verdicts.correct": REVIEWER,
    "verdicts.approve": EDITOR,
    "verdicts.reject": EDITOR,
    "flags.get": PUBLIC,
    "flags.resolve": REVIEWER,
    "history.page": PUBLIC,
    "changes.page": PUBLIC,
    "changes.stream": PUBLIC,
    "log.checkpoint": PUBLIC,
    "log.page": PUBLIC,
    "log.key": PUBLIC,
    "log.keys": PUBLIC,
    "log.entries": PUBLIC,
    "log.inclusion": PUBLIC,
    "log.consistency": PUBLIC,
    "log.cosign": READER,
    "redactions.post": EDITOR,
    "stats.get": PUBLIC,
    "speakers.page": PUBLIC,
    "speakers.get": PUBLIC,
    "speakers.add": CONTRIBUTOR,
    "speakers.amend": CONTRIBUTOR,
    "sources.page": PUBLIC,
    "sources.get": PUBLIC,
    "sources.citations": PUBLIC,
    "sources.add": CONTRIBUTOR,
    "sources.amend": CONTRIBUTOR,
    "sources.cite": REVIEWER,
    "sources.check": REVIEWER,
    "snapshots.page": PUBLIC,
    "snapshots.get": PUBLIC,
    "snapshots.text": READER,
    "snapshots.diff": READER,
    "snapshots.warc": READER,
    "suggestions.page": PUBLIC,
    "suggestions.accept": REVIEWER,
    "suggestions.reject": REVIEWER,
    "publishers.page": PUBLIC,
    "publishers.get": PUBLIC,
    "publishers.add": CONTRIBUTOR,
    "publishers.amend": CONTRIBUTOR,
    "scales.page": PUBLIC,
    "scales.get": PUBLIC,
    "scales.add": EDITOR,
    "scales.amend": EDITOR,
    "webhooks.add": ADMIN,
    "webhooks.page": ADMIN,
    "webhooks.get": ADMIN,
    "webhooks.amend": ADMIN,
    "webhooks.remove": ADMIN,
    "webhooks.rotate": ADMIN,
    "webhooks.deliveries": ADMIN,
    "webhooks.delivery": ADMIN,
    "webhooks.resend": ADMIN,
    "accounts.add": ADMIN,
    "accounts.page": ADMIN,
    "accounts.get": ADMIN,
    "accounts.amend": ADMIN,
    "accounts.me": READER,
    # The account's own, or an administrator's.
    "accounts.add_token": READER,
    "accounts.tokens": READER,
    "accounts.get_token": READER,
    "accounts.revoke_token": READER,
}

UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route with each method that does something."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            yield rule, method


def ask(caller: Caller, rule: Rule, method: str) -> int:
    """The status of a request that permission alone can stop before it finds nothing to act on."""
    own = {"account_id": caller.id or UNKNOWN, "name": "swagger-ui.css"}
    adapter = caller.app.url_map.bind("localhost")
    path = adapter.build(rule.endpoint, {name: own.get(name, UNKNOWN) for name in rule.arguments}, method)
    body: dict[str, object] | None = {} if method in ("POST", "PATCH", "DELETE") else None
    with caller.call(method, path, body, {"If-Match": "*"}) as answer:
        return answer.status_code


def test_the_table_names_every_route_and_no_other(callers: Callers) -> None:
    assert {rule.endpoint for rule, _ in routes(callers.app)} == NEEDED.keys()


def test_every_route_declares_the_permission_of_the_table(callers: Callers) -> None:
    declared = {name: getattr(view, "permission", None) for name, view in callers.app.view_functions.items()}
    assert declared == NEEDED


def test_without_a_token_only_reads_are_open(callers: Callers) -> None:
    for rule, method in routes(callers.app):
        status = ask(callers.anyone, rule, method)
        if NEEDED[rule.endpoint] in (ALWAYS, PUBLIC):
            assert status not in (401, 403), (rule, method, status)
        else:
            assert status == 401, (rule, method, status)


def test_a_bad_or_revoked_token_opens_nothing(callers: Callers) -> None:
    admin = callers.admin
    revoked = admin.made(f"/v1/accounts/{admin.id}/tokens", {})
    admin.delete(f"/v1/accounts/{admin.id}/tokens/{revoked['id']}")
    for token in (revoked["token"], "fct_made-up", "x", str(admin.token)[:-1]):
        bad = replace(admin, token=token)
        for rule, method in routes(callers.app):
            assert ask(bad, rule, method) == 401, (rule, method, token)
        challenge = bad.get("/v1/me").headers["WWW-Authenticate"]
        assert challenge.startswith("Bearer ")
        assert 'error="invalid_token"' in challenge


def test_each_role_may_what_the_table_says(callers: Callers) -> None:
    for role in Role:
        caller = callers.named(f"some {role}", role)
        for rule, method in routes(callers.app):
            needed = NEEDED[rule.endpoint]
            allowed = not isinstance(needed, Role) or role.may(needed)
            status = ask(caller, rule, method)
            assert status != 401, (role, rule, method)
            assert (status == 403) != allowed, (role, rule, method, status)


def test_closed_reads_take_a_token_and_nothing_else_changes(callers_with: Callable[..., Callers]) -> None:
    callers = callers_with(public_reads=False)
    for rule, method in routes(callers.app):
        needed = NEEDED[rule.endpoint]
        assert (ask(callers.anyone, rule, method) == 401) == (needed != ALWAYS), (rule, method)
        if needed == PUBLIC:
            assert ask(callers.reader, rule, method) not in (401, 403), (rule, method)


def test_credentials_of_another_kind_are_refused(callers: Callers) -> None:
    for header in ("Basic YTpi", "Bearer", "Bearer ", callers.admin.token or "", "Bearer a b", "Bearer \xff"):
        answer = callers.anyone.get("/v1/claims", Authorization=header)
        assert answer.status_code == 401, header
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
        assert answer.content_type == "application/problem+json"


def test_what_every_browser_may_ask_before_it_reads_takes_no_token(callers_with: Callable[..., Callers]) -> None:
    callers = callers_with(public_reads=False)
    assert callers.anyone.call("OPTIONS", "/v1/claims", headers={"Origin": "https://x.test"}).status_code == 200
