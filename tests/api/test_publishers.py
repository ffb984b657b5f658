"""Publishers over HTTP: who puts sources out, and who owns them."""

from tests.api.answers import each, problem
from tests.callers import Callers


def test_a_publisher_is_read_back_as_it_was_made(callers: Callers) -> None:
    owner = callers.contributor.made("/v1/publishers", {"name": "Holding"})
    answer = callers.contributor.post(
        "/v1/publishers", {"name": "Daily", "url": "https://d.test/", "owner": owner["id"]}
    )
    made = answer.get_json()
    assert answer.status_code == 201
    assert (made["name"], made["url"], made["owner"]) == ("Daily", "https://d.test/", owner["id"])
    read = callers.anyone.get(answer.headers["Location"])
    assert read.get_json() == made
    assert read.headers["ETag"] == answer.headers["ETag"]


def test_they_are_listed_newest_first_and_found_by_exact_name(callers: Callers) -> None:
    for name in ("One", "Two", "Three"):
        callers.contributor.made("/v1/publishers", {"name": name})
    assert each(callers.anyone.read("/v1/publishers")["items"], "name") == ["Three", "Two", "One"]
    assert each(callers.anyone.read("/v1/publishers?name=Two")["items"], "name") == ["Two"]
    assert callers.anyone.read("/v1/publishers?name=two")["items"] == []


def test_a_name_is_given_once(callers: Callers) -> None:
    callers.contributor.made("/v1/publishers", {"name": "Daily"})
    other = callers.contributor.made("/v1/publishers", {"name": "Weekly"})
    problem(callers.contributor.post("/v1/publishers", {"name": "Daily"}), 409, "/name")
    problem(callers.contributor.patch(f"/v1/publishers/{other['id']}", {"name": "Daily"}), 409, "/name")


def test_amending_takes_the_present_version(callers: Callers) -> None:
    made = callers.contributor.made("/v1/publishers", {"name": "Daily"})
    path = f"/v1/publishers/{made['id']}"
    problem(callers.contributor.call("PATCH", path, {"name": "Weekly"}), 428)
    problem(callers.contributor.patch(path, {"name": "Weekly"}, match='"old"'), 412)
    assert callers.anyone.read(path) == made
    answer = callers.contributor.patch(path, {"name": "Weekly"})
    assert (answer.status_code, answer.get_json()["name"]) == (200, "Weekly")
    assert answer.headers["ETag"] == callers.anyone.get(path).headers["ETag"]


def test_no_chain_of_owners_closes_a_loop(callers: Callers) -> None:
    top = callers.contributor.made("/v1/publishers", {"name": "Top"})["id"]
    middle = callers.contributor.made("/v1/publishers", {"name": "Middle", "owner": top})["id"]
    bottom = callers.contributor.made("/v1/publishers", {"name": "Bottom", "owner": middle})["id"]
    for owner in (top, middle, bottom):
        answer = callers.contributor.patch(f"/v1/publishers/{top}", {"owner": owner})
        assert problem(answer, 409, "/owner")["type"].endswith("loop-in-owners")
    assert callers.anyone.read(f"/v1/publishers/{top}")["owner"] is None


def test_a_publisher_never_owns_itself(callers: Callers) -> None:
    house = callers.contributor.made("/v1/publishers", {"name": "House"})["id"]
    answer = callers.contributor.patch(f"/v1/publishers/{house}", {"owner": house})
    assert problem(answer, 409, "/owner")["type"].endswith("loop-in-owners")


def test_three_titles_of_one_owner_are_one_witness_from_the_day_on_which_that_is_known(callers: Callers) -> None:
    claim = callers.contributor.claim()
    for name in ("Morning", "Evening", "Sunday"):
        said = {"url": f"https://{name}.test/", "publisher": {"name": name}, "is_origin": True}
        source = callers.reviewer.made("/v1/sources", said)
        callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"source": {"id": source["id"]}, "stance": "supports"})
    path = f"/v1/claims/{claim}/corroboration"
    assert callers.anyone.read(path)["supports"]["independent_origins"] == 3
    holding = callers.contributor.made("/v1/publishers", {"name": "Holding"})["id"]
    for paper in callers.anyone.read("/v1/publishers")["items"][1:]:
        callers.contributor.patch(f"/v1/publishers/{paper['id']}", {"owner": holding})
    counted = callers.anyone.read(path)["supports"]
    assert (counted["links"], counted["publishers"], counted["independent_origins"]) == (3, 1, 1)
    [group] = counted["groups"]
    assert group["detail"].endswith('are one witness: the publisher "Holding" joins them.')


def test_an_owner_is_one_that_is_there(callers: Callers) -> None:
    unknown = "01890a5d-ac96-774b-bcce-b302099a8057"
    problem(callers.contributor.post("/v1/publishers", {"name": "Daily", "owner": unknown}), 422, "/owner")
    problem(callers.anyone.get(f"/v1/publishers/{unknown}"), 404)


def test_a_new_name_shows_in_the_claims_that_cite_it(callers: Callers) -> None:
    claim = callers.contributor.claim(source={"url": "https://d.test/1", "publisher": {"name": "Daily"}})
    publisher = callers.anyone.read(f"/v1/claims/{claim}")["source"]["publisher"]["id"]
    callers.contributor.patch(f"/v1/publishers/{publisher}", {"name": "The Daily"})
    assert callers.anyone.read(f"/v1/claims/{claim}")["source"]["publisher"]["name"] == "The Daily"
