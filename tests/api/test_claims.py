"""Claims over HTTP: what is stored is what was said."""

from tests.callers import Callers

FULL = {
    "text": "North Korea has sent at least 3,000 soldiers to eastern Russia",
    "quote": "at least 3,000",
    "kind": "factual",
    "speaker": {"name": "John Kirby", "kind": "person", "role": "Adviser", "affiliation": "White House"},
    "relayed_by": {"name": "A wire service", "kind": "organisation"},
    "claim_date": "2024-10-23",
    "event_date": "2024-10-01/2024-10-20",
    "place": "Washington",
    "language": "en",
    "topics": ["north-korea", "russia"],
    "context": "Briefing.",
    "source": {"title": "The article", "url": "https://example.org/article", "kind": "article"},
}


def test_only_the_text_is_required(callers: Callers) -> None:
    claim = callers.contributor.made("/v1/claims", {"text": "The moon is made of rock"})
    assert claim["text"] == "The moon is made of rock"
    assert (claim["kind"], claim["status"], claim["speaker"], claim["source"]) == ("factual", "unreviewed", None, None)


def test_everything_that_was_sent_is_read_back(callers: Callers) -> None:
    made = callers.contributor.made("/v1/claims", FULL)
    read = callers.anyone.read(f"/v1/claims/{made['id']}")
    assert read == made
    for name in ("text", "quote", "kind", "claim_date", "event_date", "place", "language", "topics", "context"):
        assert read[name] == FULL[name]
    assert read["speaker"]["name"] == "John Kirby"
    assert (read["speaker_role"], read["speaker_affiliation"]) == ("Adviser", "White House")
    assert read["relayed_by"]["name"] == "A wire service"
    assert read["source"]["url"] == "https://example.org/article"
    assert [(one["source"], one["first"]) for one in read["appearances"]] == [(read["source"], True)]
