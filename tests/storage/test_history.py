"""The claim as it once stood: what a fold gives for any moment is what the live document said then."""

import datetime
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from factcheck import clock
from factcheck.domain.documents import claim_document
from factcheck.domain.versions import Precondition
from factcheck.domain.vocabulary import LinkState, Role
from factcheck.services import claims, evidence, looks, publishers, sources, speakers, verdicts
from factcheck.services.verdicts import Rules
from factcheck.storage import db, documents, history, journal
from tests.callers import actor

pytestmark = pytest.mark.usefixtures("database")

ANY = Precondition(None)


class Story:
    """Some thirty writes of every kind; `told` has every document as it was after each."""

    def __init__(self) -> None:
        self.told: dict[int, dict[str, bytes]] = {}
        self.one, self.two, self.editor = (
            actor(role, name)
            for role, name in ((Role.REVIEWER, "one"), (Role.REVIEWER, "two"), (Role.EDITOR, "editor"))
        )
        for chapter in (self.people_and_places, self.evidence_comes_in, self.verdicts_differ, self.claims_meet):
            chapter()

    def after(self, *writes: Callable[[], object]) -> None:
        """Do each and keep what the documents say then."""
        for write in writes:
            write()
            self.told[journal.size()] = {
                claim: bytes(body) for claim, body in db.query("SELECT claim, body FROM documents")
            }

    def submit(self, text: str, **fields: object) -> str:
        made: list[str] = []
        self.after(lambda: made.append(claims.submit(self.one, {"text": text, **fields})))
        return made[0]

    def attach(self, claim: str, url: str, stance: str = "supports") -> dict[str, str]:
        made: list[dict[str, str]] = []
        self.after(lambda: made.append(evidence.attach(self.one, claim, {"url": url, "stance": stance})))
        return made[0]

    def people_and_places(self) -> None:
        self.holding = publishers.add(self.one, {"name": "Holding"})["id"]
        self.house = publishers.add(self.one, {"name": "Morning"})["id"]
        speaker = {"name": "Somebody", "kind": "person", "role": "Minister"}
        source = {"url": "https://example.org/article", "title": "The article", "publisher": {"id": self.house}}
        self.first = self.submit("The moon is made of rock", speaker=speaker, source=source, topics=["moon"])
        self.second = self.submit("The moon is a rock", speaker=speaker, relayed_by={"name": "A wire"})
        [found] = speakers.page(None, 10, "Somebody", None)
        self.after(
            lambda: speakers.amend(self.one, found["id"], {"name": "Somebody Else"}, ANY),
            lambda: claims.amend(self.two, self.first, {"place": "Rome", "topics": ["moon", "rock"]}, ANY),
            lambda: publishers.amend(self.one, self.house, {"owner": self.holding}, ANY),
            lambda: publishers.amend(self.one, self.holding, {"name": "The Holding"}, ANY),
            lambda: claims.take(self.one, self.first),
        )

    def evidence_comes_in(self) -> None:
        self.report = self.attach(self.first, "https://example.org/report")
        self.copy = self.attach(self.first, "https://example.org/copy")
        self.doubt = self.attach(self.second, "https://example.org/report", "refutes")
        report, copied = ({"id": str(link["source"]["id"])} for link in (self.report, self.copy))  # type: ignore[index]
        self.after(
            lambda: sources.amend(self.one, report["id"], {"is_origin": True, "title": "The report"}, ANY),
            lambda: sources.cite(self.one, copied["id"], {"origin": report, "kind": "republishes"}),
            lambda: sources.cite(self.one, report["id"], {"origin": {"title": "A briefing"}, "kind": "based_on"}),
            lambda: sources.amend(self.one, report["id"], {"publisher": {"id": self.house}}, ANY),
            lambda: looks.record_check(self.one, report["id"], LinkState.DEAD, "404"),
            lambda: evidence.retract(self.one, self.copy["id"], "It is a copy", ANY),
            lambda: claims.add_appearance(self.one, self.second, {"source": {"title": "A broadcast"}}),
            lambda: claims.reply(self.one, self.second, {"text": "Never said so", "source": {"title": "A letter"}}),
        )

    def verdicts_differ(self) -> None:
        made: dict[str, str] = {}

        def post(name: str, **data: object) -> Callable[[], None]:
            who, rules = getattr(self, name), Rules(approvals=1 if name == "two" else 0)
            return lambda: made.__setitem__(name, verdicts.post(who, self.first, data, rules)["id"])

        slip = {"type": "minor", "reason": "A slip", "changes": {"justification": "It was"}}
        self.after(
            post("one", rating="supported", evidence=[self.report["id"]]),
            post("two", rating="refuted", scale="five-step", label="Mostly false"),
            lambda: verdicts.approve(self.one, made["two"], Rules(approvals=1)),
            post("one", rating="outdated", justification="It was so once"),
            post("editor", rating="missing_context", final=True),
            lambda: verdicts.correct(self.one, made["one"], slip, Rules()),
            lambda: verdicts.correct(self.editor, made["editor"], {"type": "void", "reason": "Too soon"}, Rules()),
            lambda: claims.amend(self.two, self.first, {"text": "The moon is rock", "reason": "Shorter"}, ANY),
            lambda: claims.release(self.one, self.first),
        )

    def claims_meet(self) -> None:
        third = self.submit("The moon is made of cheese", topics=["moon"])
        self.after(
            lambda: claims.relate(self.one, third, {"claim": self.first, "kind": "contradicts", "note": "Plainly"}),
            lambda: claims.merge(self.editor, self.second, self.first),
            lambda: claims.merge(self.editor, self.first, third),
            lambda: claims.reply(self.one, third, {"text": "Cheese it is"}),
        )


def test_a_claim_as_of_any_write_is_what_its_document_said_then() -> None:
    told = Story().told
    assert len(told) >= 30
    known = set(told[max(told)])
    for seq, then in told.items():
        for claim in known:
            view = history.view_as_of(claim, seq)
            assert (None if view is None else orjson.dumps(claim_document(view))) == then.get(claim), (seq, claim)


def test_a_claim_can_be_read_as_of_an_event_in_the_middle_of_a_write_too() -> None:
    story = Story()
    for claim in story.told[max(story.told)]:
        seen = [history.view_as_of(claim, seq) is not None for seq in range(journal.size() + 1)]
        assert seen == sorted(seen)
        for seq in range(seen.index(True), journal.size() + 1):
            assert claims.as_of(claim, seq)


def test_the_newest_event_at_a_time_is_the_last_one_recorded_until_then(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = clock.now() + datetime.timedelta(minutes=1)
    stamps = [clock.timestamp(moment + datetime.timedelta(minutes=minutes)) for minutes in range(3)]
    somebody = actor()
    heads = []
    for minutes in range(2):
        monkeypatch.setattr(clock, "now", lambda at=minutes: moment + datetime.timedelta(minutes=at))
        claims.submit(somebody, {"text": "The moon is made of rock", "source": {"title": "A broadcast"}})
        heads.append(journal.size())
    assert [history.seq_at(stamp) for stamp in stamps] == [heads[0], heads[1], heads[1]]
    assert history.seq_at("2001-01-01T00:00:00.000000Z") == 0


def test_there_is_no_claim_before_its_first_event() -> None:
    claim = claims.submit(actor(), {"text": "The moon is made of rock"})
    stored = documents.get(claim)
    assert stored is not None
    assert history.view_as_of(claim, stored.seq - 1) is None
    assert history.view_as_of(claim, stored.seq) is not None


def items(claim: str, *, see_withheld: bool) -> list[dict[str, Any]]:
    page = history.page(claim, 0, 50, see_withheld=see_withheld)
    assert page is not None
    return [orjson.loads(item) for _, item in page.events]


def test_a_proposal_is_withheld_from_those_who_may_not_see_it_until_it_is_published() -> None:
    one, two = actor(name="one"), actor(name="two")
    claim = claims.submit(one, {"text": "The moon is made of rock"})
    verdict = verdicts.post(one, claim, {"rating": "supported"}, Rules(approvals=1))

    def payloads(*, see_withheld: bool) -> list[object]:
        return [item["payload"] for item in items(claim, see_withheld=see_withheld)]

    assert [payload is None for payload in payloads(see_withheld=False)] == [False, True]
    assert None not in payloads(see_withheld=True)
    verdicts.approve(two, verdict["id"], Rules(approvals=1))
    assert None not in payloads(see_withheld=False)


def test_a_withheld_event_still_shows_all_that_proves_its_place() -> None:
    one = actor()
    claim = claims.submit(one, {"text": "The moon is made of rock"})
    verdicts.post(one, claim, {"rating": "supported"}, Rules(approvals=1))
    shown, whole = (items(claim, see_withheld=see)[-1] for see in (False, True))
    hidden = {"payload", "changes", "salt"}
    assert {name for name in whole if shown[name] is None} == hidden | {name for name in whole if whole[name] is None}
    assert all(shown[name] == whole[name] for name in whole if name not in hidden)
