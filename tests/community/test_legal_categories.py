"""What a legal category suggests and contradicts."""

import pytest

from community.enums import CooperativeForm, LegalFamily
from community.legal_categories import contradicts, has_no_personality, label, suggested_family, suggested_form


@pytest.mark.parametrize(
    ("code", "family"),
    [
        ("9220", LegalFamily.ASSOCIATION),
        ("9260", LegalFamily.ASSOCIATION),
        ("9300", LegalFamily.FOUNDATION),
        ("8210", LegalFamily.MUTUAL),
        ("6411", LegalFamily.MUTUAL),
        ("5458", LegalFamily.COOPERATIVE),
        ("5560", LegalFamily.COOPERATIVE),
        ("7346", LegalFamily.PUBLIC),
        ("5710", None),
        ("5499", None),
        ("9900", None),
        ("", None),
    ],
)
def test_suggested_family(code, family):
    assert suggested_family(code) == family


@pytest.mark.parametrize(
    ("code", "family", "expected"),
    [
        ("5710", LegalFamily.COOPERATIVE, False),
        ("5710", LegalFamily.COMMERCIAL, False),
        ("5710", LegalFamily.ASSOCIATION, True),
        ("5458", LegalFamily.COOPERATIVE, False),
        ("5458", LegalFamily.COMMERCIAL, False),
        ("5458", LegalFamily.MUTUAL, True),
        ("9220", LegalFamily.ASSOCIATION, False),
        ("9220", LegalFamily.FOUNDATION, True),
        ("9300", LegalFamily.FOUNDATION, False),
        ("9300", LegalFamily.ASSOCIATION, True),
        ("9900", LegalFamily.FOUNDATION, False),
        ("9900", LegalFamily.MUTUAL, True),
        ("7346", LegalFamily.OTHER, True),
        ("", LegalFamily.MUTUAL, False),
        ("1000", LegalFamily.ASSOCIATION, False),
    ],
)
def test_contradicts(code, family, expected):
    assert contradicts(code, family) is expected


@pytest.mark.parametrize(
    ("code", "name", "form"),
    [
        ("5458", "Les Fils du temps", CooperativeForm.SCOP),
        ("5558", "Les Fils du temps", CooperativeForm.SCOP),
        ("5460", "S.C.I.C. Les Fils", ""),
        ("5460", "SCIC Les Fils du temps", CooperativeForm.SCIC),
        ("5710", "Les Fils du temps (Scop)", CooperativeForm.SCOP),
        ("5710", "Scopie", ""),
        ("9220", "Les amis de la SCOP", ""),
        ("", "SCIC Les Fils du temps", ""),
    ],
)
def test_suggested_form(code, name, form):
    assert suggested_form(code, name) == form


def test_only_an_undeclared_association_has_no_personality():
    assert has_no_personality("9210")
    assert not has_no_personality("9220")


def test_label_gives_the_category_in_words():
    assert label("9220") == "Association déclarée (9220)"
    assert label("1000") == "1000"
