"""Tags of languages: regions do not count, scripts do where both name one."""

import pytest

from factcheck.domain.languages import alike

TAGS = ["en", "en-GB", "EN-us", "eng", "zh", "zh-Hant", "zh-Hans-CN", "sr-Latn-RS", "de-1996"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("en", ["en", "en-GB", "EN-us"]), ("en-US", ["en", "en-GB", "EN-us"]), ("eng", ["eng"]),
        ("zh-Hant-TW", ["zh", "zh-Hant"]), ("zh-TW", ["zh", "zh-Hant", "zh-Hans-CN"]), ("SR-latn", ["sr-Latn-RS"]),
        ("sr-Cyrl", []), ("de", ["de-1996"]), ("de-1901", ["de-1996"]), ("fr", []),
    ],
)  # fmt: skip
def test_tags_of_the_same_language_are_alike(wanted: str, found: list[str]) -> None:
    assert alike(wanted, TAGS) == found
