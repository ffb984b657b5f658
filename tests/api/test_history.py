"""Histories over HTTP: every change in order, provable, and the claim as it once stood."""

import hashlib
from collections.abc import Callable
from urllib.parse import quote

from factcheck.ledger.canonical import canonical
from factcheck.storage import journal
from tests.api.answers import each, everything, problem
from tests.callers import Callers, Json

ENVELOPE = ("seq", "recorded_at", "actor", "type", "subject", "claim_id", "commitment")


def busy_claim(callers: Callers) -> str:
    """A claim to which much has happened."""
    claim = callers.contributor.claim(speaker={"name": "Ada"}, source={"url": "https://a.test/"}, topics=["ünïcode 💡"])
    path = f"/v1/claims/{claim}"
    callers.reviewer.post(f"{path}/take")
    link = callers.reviewer.made(f"{path}/evidence", {"url": "https://b.test/", "stance": "supports"})["id"]
    verdict = callers.reviewer.made(f"{path}/verdicts", {"rating": "supported", "evidence": [link]})["id"]
    callers.contributor.patch(path, {"text": "Another wording", "reason": "A typing error."})
    callers.editor.made(f"/v1/verdicts/{verdict}/corrections", {"type": "void", "reason": "We were wrong."})
    callers.reviewer.delete(f"/v1/evidence/{link}", {"reason": "It was taken back."})
    callers.reviewer.post(f"{path}/release")
    return claim


def history(callers: Callers, claim: str, query: str = "") -> list[Json]:
    return everything(callers.anyone, f"/v1/claims/{claim}/history{query}")


def test_every_change_is_there_in_order(callers: Callers) -> None:
    events = history(callers, busy_claim(callers))
    assert each(events, "type") == [
        "claim.submitted", "appearance.added", "claim.taken", "evidence.attached", "verdict.published",
        "claim.amended", "correction.published", "verdict.voided", "evidence.retracted", "claim.released",
    ]  # fmt: skip
    seqs = [event["seq"] for event in events]
    assert seqs == sorted(set(seqs))
    times = [event["recorded_at"] for event in events]
    assert times == sorted(times)
    assert all(time.endswith("Z") for time in times)


def test_each_change_says_who_made_it_and_on_what(callers: Callers) -> None:
    claim = busy_claim(callers)
    events = {event["type"]: event for event in history(callers, claim)}
    assert events["claim.submitted"]["actor"] == callers.contributor.id
    assert events["verdict.voided"]["actor"] == callers.editor.id
    assert events["claim.amended"]["subject"] == {"type": "claim", "id": claim}
    assert events["verdict.published"]["subject"]["type"] == "verdict"
    assert {event["claim_id"] for event in events.values()} == {claim}


def test_before_and_after_of_each_change_are_shown(callers: Callers) -> None:
    events = {event["type"]: event for event in history(callers, busy_claim(callers))}
    assert events["claim.submitted"]["changes"]["text"] == {"before": None, "after": "The moon is made of rock"}
    assert events["claim.taken"]["changes"] == {"taken_by": {"before": None, "after": callers.reviewer.id}}
    amended = events["claim.amended"]
    assert amended["changes"] == {"text": {"before": "The moon is made of rock", "after": "Another wording"}}
    assert amended["payload"] == {"set": {"text": "Another wording"}, "reason": "A typing error."}
    assert events["verdict.voided"]["changes"] == {"state": {"before": "published", "after": "void"}}
    assert events["evidence.retracted"]["changes"] == {"retracted": {"before": False, "after": True}}


def test_it_pages_to_the_end(callers: Callers) -> None:
    claim = busy_claim(callers)
    for limit in (1, 3, 10, 200):
        assert history(callers, claim, f"?limit={limit}") == history(callers, claim)


def test_pages_go_on_where_they_were_whatever_is_written_in_between(callers: Callers) -> None:
    claim = busy_claim(callers)
    before = history(callers, claim)
    page = callers.anyone.read(f"/v1/claims/{claim}/history?limit=4")
    callers.contributor.made(f"/v1/claims/{claim}/replies", {"text": "No."})
    rest = everything(callers.anyone, page["next"])
    assert [*page["items"], *rest[:-1]] == before
    assert rest[-1]["type"] == "reply.added"


def test_commitments_and_leaves_follow_from_what_is_shown(callers: Callers) -> None:
    for event in history(callers, busy_claim(callers)):
        salt = bytes.fromhex(event["salt"])
        assert len(salt) >= 16
        assert event["commitment"] == hashlib.sha256(salt + canonical(event["payload"])).hexdigest()
        envelope = {name: event[name] for name in ENVELOPE}
        assert event["leaf_hash"] == hashlib.sha256(b"\0" + canonical(envelope)).hexdigest()


def test_a_leaf_is_proved_without_the_payload(callers: Callers) -> None:
    claim = callers.contributor.claim()
    seen = history(callers, claim)[0]
    assert seen["leaf_hash"] == hashlib.sha256(b"\0" + canonical({name: seen[name] for name in ENVELOPE})).hexdigest()
    assert not {"payload", "salt", "changes"} & set(ENVELOPE)


def test_the_claim_is_read_as_it_stood_at_each_event(callers: Callers) -> None:
    claim = callers.contributor.claim(speaker={"name": "Ada"}, source={"title": "T", "publisher": {"name": "P"}})
    path = f"/v1/claims/{claim}"
    live = {journal.size(): callers.anyone.read(path)}
    start = live[journal.size()]
    link: Json = {}

    def attach() -> None:
        given = {"url": "https://b.test/", "stance": "supports"}
        link.update(callers.reviewer.made(f"{path}/evidence", given))

    other = callers.contributor.claim("Another")
    steps: list[Callable[[], object]] = [
        lambda: callers.contributor.patch(path, {"text": "Another wording", "topics": ["x"]}),
        attach,
        lambda: callers.contributor.patch(f"/v1/speakers/{start['speaker']['id']}", {"name": "Ada II"}),
        lambda: callers.reviewer.post(f"{path}/verdicts", {"rating": "supported", "evidence": [link["id"]]}),
        lambda: callers.second_reviewer.post(f"{path}/verdicts", {"rating": "refuted"}),
        lambda: callers.reviewer.patch(f"/v1/sources/{link['source']['id']}", {"is_origin": True, "title": "B"}),
        lambda: callers.contributor.patch(f"/v1/publishers/{start['source']['publisher']['id']}", {"name": "P II"}),
        lambda: callers.reviewer.delete(f"/v1/evidence/{link['id']}", {"reason": "x"}),
        lambda: callers.reviewer.post(f"{path}/relations", {"kind": "confirms", "claim": other}),
        lambda: callers.editor.post(f"/v1/claims/{other}/merge", {"into": claim}),
    ]
    for step in steps:
        step()
        live[journal.size()] = callers.anyone.read(path)
    assert len({str(read) for read in live.values()}) == len(live)
    for seq, read in live.items():
        assert callers.anyone.read(f"{path}?as_of={seq}") == read
        assert callers.anyone.read(f"{path}?as_of={quote(read['updated_at'])}") == read


def test_a_merged_claim_is_still_read_as_it_stood(callers: Callers) -> None:
    old, new = callers.contributor.claim("Old"), callers.contributor.claim("New")
    before, seq = callers.anyone.read(f"/v1/claims/{old}"), journal.size()
    callers.editor.post(f"/v1/claims/{old}/merge", {"into": new})
    assert callers.anyone.read(f"/v1/claims/{old}?as_of={seq}") == before


def test_there_was_no_claim_before_it_was_made_and_is_none_in_the_future(callers: Callers) -> None:
    callers.contributor.claim("Earlier")
    before = journal.size()
    claim = callers.contributor.claim()
    path = f"/v1/claims/{claim}"
    problem(callers.anyone.get(f"{path}?as_of={before}"), 404)
    problem(callers.anyone.get(f"{path}?as_of=0"), 404)
    problem(callers.anyone.get(f"{path}?as_of=2000-01-01T00:00:00Z"), 404)
    problem(callers.anyone.get(f"{path}?as_of={journal.size() + 1}"), 400, "/as_of")
    problem(callers.anyone.get(f"{path}?as_of=999999999999999"), 400, "/as_of")
    problem(callers.anyone.get(f"{path}?as_of=2999-01-01T00:00:00Z"), 400, "/as_of")
    assert callers.anyone.get(f"{path}?as_of={journal.size()}").status_code == 200
    for bad in ("yesterday", "-1", "1.5", "2024-10-23", ""):
        problem(callers.anyone.get(f"{path}?as_of={bad}"), 422, "/as_of")


def test_a_time_in_any_offset_is_the_same_moment(callers: Callers) -> None:
    claim = callers.contributor.claim()
    path = f"/v1/claims/{claim}"
    made = callers.anyone.read(path)
    callers.contributor.patch(path, {"text": "Later"})
    hour = int(made["updated_at"][11:13])
    if hour < 22:
        shifted = f"{made['updated_at'][:11]}{hour + 2:02}{made['updated_at'][13:-1]}+02:00"
        assert callers.anyone.read(f"{path}?as_of={quote(shifted)}") == made
