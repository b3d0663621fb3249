"""The copy of one's data holds what every app knows of the person, and nothing of anyone else."""

import json

import pytest

from accounts.queries import personal_data
from calls.models import Enquiry
from community.models import MembershipClaim
from tests.calls.cast import make_organisation, tell_story
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_copy_of_ones_data_names_what_each_app_holds():
    story = tell_story()
    story.deposited()
    Enquiry.objects.create(call=story.round.call, text="Une question ?", asked_by=story.carrier)
    MembershipClaim.objects.create(organisation=make_organisation(name="Autre association"), user=story.carrier)

    data = json.loads(json.dumps(personal_data(story.carrier)))

    assert [row["organisation"] for row in data["organisations"]] == ["Les Jardins de Claire"]
    assert [row["organisation"] for row in data["demandes de rattachement"]] == ["Autre association"]
    assert [row["projet"] for row in data["projets"]] == ["Jardins partagés"]
    assert [row["numéro"] for row in data["dossiers commencés"]] == ["PIO26-0001"]
    assert [row["saisie"] for row in data["réponses écrites"]] == ["Un besoin."]
    assert [row["nom"] for row in data["dépôts"]] == ["Claire Porteuse"]
    assert [row["question"] for row in data["questions posées"]] == ["Une question ?"]
    assert len(data["messages"]) == 1


def test_copy_of_ones_data_holds_nothing_of_others():
    tell_story().deposited()

    data = personal_data(UserFactory())

    kept = {name for name, rows in data.items() if rows and name != "compte"}
    assert kept <= {"adresses"}
