"""Random valid writes through the services, with tables, documents and ledger held against each other after each."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from factcheck.domain.actors import Actor
from factcheck.domain.documents import claim_document
from factcheck.domain.errors import DomainError, NotFound
from factcheck.domain.projections import Change, fold
from factcheck.domain.versions import Precondition
from factcheck.domain.vocabulary import (
    CitationKind,
    ClaimKind,
    CorrectionType,
    LinkState,
    Rating,
    RelationKind,
    Role,
    SpeakerKind,
    Stance,
)
from factcheck.services import (
    accounts,
    claims,
    evidence,
    flags,
    looks,
    publishers,
    redactions,
    scales,
    sources,
    speakers,
    verdicts,
)
from factcheck.services.verdicts import Rules
from factcheck.storage import check, db, history, journal, rows
from factcheck.storage.models import EntityModel, Flag, Publisher, Source, Speaker
from factcheck.storage.snapshot_files import Store
from tests import databases
from tests.callers import actor
from tests.captures import see

ANY = Precondition(None)

words = st.sampled_from(["Mond", "ж", "月", "moon", "rock", "cheese 🧀", 'a "quoted" word', "two\nlines"])
maybe_words = st.none() | words
dates = st.sampled_from([None, "2024-10-23", "2024-10", "2024-10-22~", "2024-10-01/2024-10-20", "2024-11-01/.."])
topics = st.lists(st.sampled_from(["moon", "rock", "ж", "b%_"]), unique=True, max_size=3)
urls = st.sampled_from([f"https://{house}.example/{page}" for house in ("a", "b") for page in range(4)])
houses = st.sampled_from(["Morning", "Evening", "Sunday"]).map(lambda name: {"name": name})
people = st.fixed_dictionaries(
    {"name": st.sampled_from(["Kim", "Ada", "A ministry"]), "kind": st.sampled_from(SpeakerKind)},
    optional={"role": words, "wikidata_id": st.sampled_from(["Q1", "Q2"])},
)
documents = st.fixed_dictionaries(
    {"title": st.sampled_from(["A report", "A transcript", "A post"])}, optional={"url": urls, "publisher": houses}
)
ratings = st.sampled_from([Rating.SUPPORTED, Rating.REFUTED, Rating.MISSING_CONTEXT])
claim_fields = st.fixed_dictionaries(
    {},
    optional={
        "quote": maybe_words,
        "kind": st.sampled_from(ClaimKind),
        "speaker": st.none() | people,
        "relayed_by": st.none() | people,
        "claim_date": dates,
        "event_date": dates,
        "place": maybe_words,
        "topics": topics,
        "source": st.none() | documents,
    },
)
links_in = st.fixed_dictionaries(
    {"url": urls, "stance": st.sampled_from(Stance)}, optional={"note": words, "quote": st.just({"exact": "moon"})}
)
readings = st.sampled_from(
    [None, "The moon is made of rock, they said on Monday.", "Cheese it is, they said on Monday."]
)
houses_of = st.sampled_from([Rules(), Rules(approvals=1), Rules(approvals=2), Rules(min_origins=1)])
overrides = st.sampled_from([None, None, "It is the only count there is"])
places = st.integers(0, 7)
people_of = st.sampled_from(["one", "two", "three", "editor"])


class Record(RuleBasedStateMachine):
    """What reviewers may do, in any order. A write that the services refuse leaves everything as it was."""

    claims_: Bundle[str] = Bundle("claims")
    verdicts_: Bundle[str] = Bundle("verdicts")
    evidence_: Bundle[str] = Bundle("evidence")

    def __init__(self, backend: str, directory: Path) -> None:
        super().__init__()
        self.url = databases.fresh(backend, directory)
        self.snapshots = directory / "snapshots"
        db.connect(self.url)
        self.told: dict[int, dict[str, bytes]] = {}
        self.redacted = False
        self.actors: dict[str, Actor] = {}

    def teardown(self) -> None:
        databases.drop(self.url)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """A write that may be refused, and then changes nothing; afterwards the documents are kept."""
        before = journal.size()
        try:
            yield
        except DomainError:
            assert journal.size() == before
        told = db.query("SELECT claim, body FROM documents")
        self.told[journal.size()] = {claim: bytes(body) for claim, body in told}

    def made(self, make: Callable[[], str]) -> Any:
        """The id of what was made, for its bundle; nothing where the services refused it."""
        found: list[str] = []
        with self.writing():
            found.append(make())
        return multiple(*found)

    def nth(self, model: type[EntityModel], place: int) -> str:
        """One of the sources, publishers or speakers that there are, by its place among them."""
        found = rows.where(model, "1 = 1 ORDER BY id", [])
        if not found:
            raise NotFound("there is none yet")
        return str(found[place % len(found)]["id"])

    @initialize(target=claims_)
    def begin(self) -> Any:
        """Two claims by one speaker with a source and evidence each, so that there is something to change."""
        for name in ("one", "two", "three"):
            self.actors[name] = actor(Role.REVIEWER, name)
        self.actors["editor"] = actor(Role.EDITOR, "editor")
        return multiple(*(self.described(number) for number in range(2)))

    def described(self, number: int) -> str:
        source = {"url": f"https://a.example/{number}", "publisher": {"name": "Morning"}}
        one, speaker = self.actors["one"], {"name": "Ada", "kind": SpeakerKind.PERSON}
        claim = claims.submit(
            one, {"text": f"Claim {number}", "topics": ["moon"], "speaker": speaker, "source": source}
        )
        evidence.attach(one, claim, {"url": f"https://b.example/{number}", "stance": Stance.SUPPORTS})
        return claim

    @rule(target=claims_, who=people_of, text=words, fields=claim_fields)
    def submit(self, who: str, text: str, fields: dict[str, Any]) -> Any:
        return self.made(lambda: claims.submit(self.actors[who], {"text": text, **fields}))

    @rule(who=people_of, claim=claims_, fields=claim_fields, reason=maybe_words)
    def amend(self, who: str, claim: str, fields: dict[str, Any], reason: str | None) -> None:
        with self.writing():
            claims.amend(self.actors[who], claim, {**fields, "reason": reason}, ANY)

    @rule(who=people_of, claim=claims_)
    def take(self, who: str, claim: str) -> None:
        with self.writing():
            claims.take(self.actors[who], claim)

    @rule(who=people_of, claim=claims_)
    def release(self, who: str, claim: str) -> None:
        with self.writing():
            claims.release(self.actors[who], claim)

    @rule(who=people_of, claim=claims_, source=documents)
    def appear(self, who: str, claim: str, source: dict[str, Any]) -> None:
        with self.writing():
            claims.add_appearance(self.actors[who], claim, {"source": source})

    @rule(who=people_of, claim=claims_, other=claims_, kind=st.sampled_from(RelationKind), note=maybe_words)
    def relate(self, who: str, claim: str, other: str, kind: RelationKind, note: str | None) -> None:
        with self.writing():
            claims.relate(self.actors[who], claim, {"claim": other, "kind": kind, "note": note})

    @rule(who=people_of, claim=claims_, text=words, source=st.none() | documents)
    def reply(self, who: str, claim: str, text: str, source: dict[str, Any] | None) -> None:
        with self.writing():
            claims.reply(self.actors[who], claim, {"text": text, "source": source})

    @rule(claim=claims_, into=claims_)
    def merge(self, claim: str, into: str) -> None:
        with self.writing():
            claims.merge(self.actors["editor"], claim, into)

    @rule(target=evidence_, who=people_of, claim=claims_, link=links_in)
    def attach(self, who: str, claim: str, link: dict[str, Any]) -> Any:
        return self.made(lambda: str(evidence.attach(self.actors[who], claim, link)["id"]))

    @rule(target=evidence_, who=people_of, claim=claims_, source=places, stance=st.sampled_from(Stance))
    def attach_known(self, who: str, claim: str, source: int, stance: Stance) -> Any:
        def attach() -> str:
            link = {"source": {"id": self.nth(Source, source)}, "stance": stance}
            return str(evidence.attach(self.actors[who], claim, link)["id"])

        return self.made(attach)

    @rule(target=evidence_, who=people_of, claim=claims_, items=st.lists(links_in, max_size=4))
    def attach_batch(self, who: str, claim: str, items: list[dict[str, Any]]) -> Any:
        found: list[str] = []
        with self.writing():
            found += [str(link["id"]) for link in evidence.attach_all(self.actors[who], claim, items)]
        return multiple(*found)

    @rule(who=people_of, link=evidence_, reason=words)
    def retract(self, who: str, link: str, reason: str) -> None:
        with self.writing():
            evidence.retract(self.actors[who], link, reason, ANY)

    @rule(
        target=verdicts_,
        who=people_of,
        claim=claims_,
        rating=ratings,
        scale=st.sampled_from([None, "plain", "house"]),
        final=st.booleans(),
        justification=maybe_words,
        valid_from=dates,
        override_reason=overrides,
        rules=houses_of,
    )
    def judge(self, who: str, claim: str, final: bool, rules: Rules, **given: Any) -> Any:
        data = {**given, "final": final and who == "editor"}
        return self.made(lambda: str(verdicts.post(self.actors[who], claim, data, rules)["id"]))

    @rule(target=verdicts_, who=people_of, link=evidence_, rating=ratings, rules=houses_of)
    def judge_by_evidence(self, who: str, link: str, rating: Rating, rules: Rules) -> Any:
        def post() -> str:
            claim = str(evidence.get(link)["claim"])
            return str(verdicts.post(self.actors[who], claim, {"rating": rating, "evidence": [link]}, rules)["id"])

        return self.made(post)

    @rule(who=people_of, verdict=verdicts_, rules=houses_of)
    def approve(self, who: str, verdict: str, rules: Rules) -> None:
        with self.writing():
            verdicts.approve(self.actors[who], verdict, rules)

    @rule(who=people_of, verdict=verdicts_, reason=words)
    def reject(self, who: str, verdict: str, reason: str) -> None:
        with self.writing():
            verdicts.reject(self.actors[who], verdict, reason)

    @rule(who=people_of, verdict=verdicts_, reason=words, text=words, type_=st.sampled_from(["minor", "factual"]))
    def correct_words(self, who: str, verdict: str, reason: str, text: str, type_: str) -> None:
        data = {"type": type_, "reason": reason, "changes": {"justification": text}}
        with self.writing():
            verdicts.correct(self.actors[who], verdict, data, Rules())

    @rule(verdict=verdicts_, reason=words, rating=ratings, override=overrides, rules=houses_of)
    def correct_rating(self, verdict: str, reason: str, rating: Rating, override: str | None, rules: Rules) -> None:
        changes = {"rating": rating, "override_reason": override}
        data = {"type": CorrectionType.RATING_CHANGE, "reason": reason, "changes": changes}
        with self.writing():
            verdicts.correct(self.actors["editor"], verdict, data, rules)

    @rule(verdict=verdicts_, reason=words)
    def void(self, verdict: str, reason: str) -> None:
        with self.writing():
            verdicts.correct(self.actors["editor"], verdict, {"type": CorrectionType.VOID, "reason": reason}, Rules())

    @rule(who=people_of, source=documents, is_origin=st.sampled_from([None, True, False]))
    def add_source(self, who: str, source: dict[str, Any], is_origin: bool | None) -> None:
        with self.writing():
            sources.add(self.actors[who], {**source, "is_origin": is_origin})

    @rule(
        who=people_of,
        source=places,
        data=st.fixed_dictionaries(
            {}, optional={"is_origin": st.booleans(), "title": words, "url": urls, "publisher": st.none() | houses}
        ),
    )
    def amend_source(self, who: str, source: int, data: dict[str, Any]) -> None:
        with self.writing():
            sources.amend(self.actors[who], self.nth(Source, source), data, ANY)

    @rule(who=people_of, source=places, origin=places, kind=st.sampled_from(CitationKind))
    def cite(self, who: str, source: int, origin: int, kind: CitationKind) -> None:
        with self.writing():
            relied_on = {"id": self.nth(Source, origin)}
            sources.cite(self.actors[who], self.nth(Source, source), {"origin": relied_on, "kind": kind})

    @rule(who=people_of, source=places, origin=documents, kind=st.sampled_from(CitationKind))
    def cite_described(self, who: str, source: int, origin: dict[str, Any], kind: CitationKind) -> None:
        with self.writing():
            sources.cite(self.actors[who], self.nth(Source, source), {"origin": origin, "kind": kind})

    @rule(who=people_of, source=places, state=st.sampled_from(LinkState))
    def check_link(self, who: str, source: int, state: LinkState) -> None:
        with self.writing():
            looks.record_check(self.actors[who], self.nth(Source, source), state, "looked")

    @rule(source=places, text=readings)
    def read_page(self, source: int, text: str | None) -> None:
        with self.writing():
            found = self.nth(Source, source)
            if rows.require(Source, found)["url"]:
                see(self.snapshots, found, text)

    @rule(who=people_of, flag=places)
    def resolve_flag(self, who: str, flag: int) -> None:
        with self.writing():
            flags.resolve(self.actors[who], self.nth(Flag, flag), "Still so")

    @rule(who=people_of, house=houses)
    def add_publisher(self, who: str, house: dict[str, Any]) -> None:
        with self.writing():
            publishers.add(self.actors[who], house)

    @rule(who=people_of, publisher=places, owner=places)
    def own(self, who: str, publisher: int, owner: int) -> None:
        with self.writing():
            holding = self.nth(Publisher, owner)
            publishers.amend(self.actors[who], self.nth(Publisher, publisher), {"owner": holding}, ANY)

    @rule(who=people_of, publisher=places, name=words)
    def rename_publisher(self, who: str, publisher: int, name: str) -> None:
        with self.writing():
            data = {"name": name, "owner": None}
            publishers.amend(self.actors[who], self.nth(Publisher, publisher), data, ANY)

    @rule(who=people_of, person=people)
    def add_speaker(self, who: str, person: dict[str, Any]) -> None:
        with self.writing():
            speakers.add(self.actors[who], person)

    @rule(who=people_of, speaker=places, name=words, aliases=st.lists(words, max_size=2))
    def rename_speaker(self, who: str, speaker: int, name: str, aliases: list[str]) -> None:
        with self.writing():
            data = {"name": name, "aliases": aliases}
            speakers.amend(self.actors[who], self.nth(Speaker, speaker), data, ANY)

    @rule(value=st.sampled_from([None, 0, 1.5, -3]))
    def change_scale(self, value: float | None) -> None:
        labels = [{"label": f"House {rating}", "rating": rating, "value": value} for rating in Rating]
        with self.writing():
            scales.add(self.actors["editor"], {"slug": "house", "title": "The house's", "labels": labels})
        with self.writing():
            scales.amend(self.actors["editor"], "house", {"labels": labels[::-1]}, ANY)

    @rule(who=people_of, role=st.sampled_from([Role.REVIEWER, Role.EDITOR]))
    def promote(self, who: str, role: Role) -> None:
        with self.writing():
            accounts.amend(self.actors["editor"], self.actors[who].id, {"role": role}, ANY)

    @rule(back=st.integers(0, 50))
    def redact(self, back: int) -> None:
        self.redact_one_of("1 = 1", back)

    @rule(claim=claims_, text=words, place=maybe_words, back=st.integers(0, 9))
    def reword_and_redact(self, claim: str, text: str, place: str | None, back: int) -> None:
        """Erase what an event of the claim or of its parts said that may have been said anew since."""
        with self.writing():
            data = {"text": text, "place": place, "reason": "It named somebody"}
            claims.amend(self.actors["one"], claim, data, ANY)
        self.redact_one_of(f"claim_id = '{claim}'", back)

    def redact_one_of(self, condition: str, back: int) -> None:
        found = db.query(f"SELECT seq FROM events WHERE {condition} ORDER BY seq DESC")
        with self.writing():
            seq, store = found[back % len(found)][0], Store(self.snapshots)
            redactions.redact(self.actors["editor"], seq, "It names somebody", "A court", store)
            self.redacted = True

    @rule(back=st.integers(0, 50))
    def look_back(self, back: int) -> None:
        moments = sorted(self.told)
        if moments:
            self.as_told(moments[max(0, len(moments) - 1 - back)])

    @invariant()
    def tables_documents_and_ledger_agree(self) -> None:
        assert list(check.differences()) == []

    def as_told(self, seq: int) -> None:
        """Every claim as of an event is what its document said then, or would have said without what is erased."""
        state = fold(change for change in self.changes() if change.seq <= seq)
        for claim in self.told[max(self.told)]:
            view = history.view_as_of(claim, seq)
            now = None if view is None else orjson.dumps(claim_document(view))
            folded = orjson.dumps(claim_document(state.view(claim))) if claim in state.claim_ids() else None
            assert now == folded
            assert self.redacted or now == self.told[seq].get(claim)

    def changes(self) -> Iterator[Change]:
        said = history.redactions()
        for envelope, _, _, payload, _ in history.events():
            yield history.change_of(envelope, payload or "", said.get(envelope.seq))


@pytest.mark.parametrize(("backend", "examples"), [("sqlite", 25), ("postgresql", 6)])
def test_the_tables_are_always_the_picture_of_the_ledger(backend: str, examples: int, tmp_path: Path) -> None:
    run_state_machine_as_test(
        lambda: Record(backend, tmp_path),  # type: ignore[arg-type]
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
