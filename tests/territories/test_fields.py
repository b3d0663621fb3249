"""The field of areas, as a browser without JavaScript uses it."""

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from territories.enums import AreaKind
from territories.fields import AREAS_LIMIT, AreaField, AreaInput, AreaWidget
from tests.factories.territories import AreaFactory, load_few_areas
from tests.territories.demo import DemoForm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def areas():
    return load_few_areas()


def send(query):
    form = DemoForm(QueryDict(query))
    form.is_valid()
    return form


def shown(field):
    return " ".join(str(field).split())


def test_a_clear_text_is_understood():
    form = send("where=St+Etienne")

    assert form.cleaned_data["where"].code == "42218"
    assert form.cleaned_data["reach"] == []


def test_a_postcode_of_one_commune_is_understood():
    assert send("where=97400").cleaned_data["where"].code == "97411"


def test_an_unclear_text_offers_choices_and_keeps_what_was_typed():
    form = send("where=saint+denis&note=bonjour")

    assert form.errors["where"] == ["Plusieurs territoires peuvent correspondre à « saint denis » : choisissez dans la liste."]
    html = shown(form["where"])
    assert 'value="saint denis"' in html
    assert html.index('type="radio" name="where_code" id="id_where_commune:97411"') < html.index("commune:93066")
    assert 'name="where_for" value="saint denis"' in html


def test_a_choice_among_those_offered_is_taken():
    assert send("where=saint+denis&where_for=saint+denis&where_code=commune:93066").cleaned_data["where"].code == "93066"


def test_a_choice_made_for_another_text_is_void():
    assert send("where=Le+Havre&where_for=saint+denis&where_code=commune:93066").cleaned_data["where"].code == "76351"


def test_an_emptied_text_voids_the_choice():
    assert send("where=&where_for=Le+Havre+(76)&where_code=commune:76351").errors["where"] == ["Ce champ est obligatoire."]


def test_a_code_alone_is_enough():
    assert send("where_code=commune:76351").cleaned_data["where"].code == "76351"


def test_a_code_of_a_plain_mapping_is_read_too():
    assert DemoForm({"where_code": "commune:76351"}).is_valid()
    assert not DemoForm({}).is_valid()


def test_a_former_commune_gives_its_successor():
    assert send("where_code=commune:01340").cleaned_data["where"].code == "01015"


@pytest.mark.parametrize("key", ["commune:00000", "departement:75", "x", "commune:%00", "commune:" + "9" * 5000])
def test_a_code_that_was_not_offered_is_refused(key):
    form = send(f"where=x&where_code={key}")

    assert form.errors["where"] == ["Un territoire choisi n’est pas dans la liste proposée : cherchez-le de nouveau."]
    assert 'value="x"' in shown(form["where"])


def test_one_match_that_is_not_sure_is_to_be_confirmed():
    form = send("where=Arbignieu")

    assert form.errors["where"] == ["Confirmez le territoire qui correspond à « Arbignieu »."]
    assert "Arboys en Bugey (01)" in shown(form["where"])


def test_no_match_says_what_to_do():
    form = send("where=B%C3%A2le")

    assert form.errors["where"] == ["Aucune commune ne s’appelle « Bâle ». Vérifiez l’orthographe ou écrivez le code postal."]
    assert 'value="Bâle"' in shown(form["where"])
    assert "<legend" not in shown(form["where"])


def test_look_alikes_are_offered_after_saying_that_the_name_does_not_exist():
    form = send("where=Saint+Etiene")

    sentence = "Aucune commune ne s’appelle « Saint Etiene ». Si l’un des noms proposés est le bon, choisissez-le ; sinon, corrigez le nom"
    assert form.errors["where"] == [f"{sentence} ou écrivez le code postal."]
    assert "« Saint Etiene » n’est pas dans la liste officielle. Noms qui y ressemblent :" in shown(form["where"])
    assert "Saint-Étienne (42)" in shown(form["where"])


@pytest.mark.parametrize(
    ("kinds", "text", "sentence"),
    [
        ([AreaKind.COMMUNE], "99999", "Aucune commune ne correspond à « 99999 ». Vérifiez l’orthographe ou écrivez le code postal."),
        ([AreaKind.DEPARTEMENT], "Bâle", "Aucun département ne s’appelle « Bâle ». Vérifiez l’orthographe ou écrivez le numéro."),
        ([AreaKind.EPCI], "Bâle", "Aucune intercommunalité ne s’appelle « Bâle ». Vérifiez l’orthographe ou écrivez une partie du nom."),
        (
            [AreaKind.REGION, AreaKind.COMMUNE],
            "Bâle",
            "Aucun territoire ne s’appelle « Bâle ». Vérifiez l’orthographe ou écrivez le code postal.",
        ),
    ],
)
def test_a_name_that_does_not_exist_is_said_by_kind(kinds, text, sentence):
    with pytest.raises(ValidationError) as refused:
        AreaField(kinds=kinds).clean(AreaInput(text=text))

    assert refused.value.messages == [sentence]


def test_more_matches_than_shown_says_so():
    for number in range(15):
        AreaFactory(code=f"65{number:03}", name=f"Villers {number}")

    assert "Seuls les premiers sont montrés" in shown(send("where=villers")["where"])


@pytest.mark.parametrize("text", ["%00", "%E2%80%AE", "+++"])
def test_an_invisible_text_is_no_text(text):
    assert send(f"where={text}").errors["where"] == ["Ce champ est obligatoire."]


def test_a_huge_text_is_refused_and_kept():
    form = send("where=" + "a" * 1_000_000)

    assert form.errors["where"] == ["Ce nom est trop long : écrivez au plus 120 caractères."]
    assert "a" * 1_000_000 in shown(form["where"])


def test_markup_is_shown_as_text():
    assert "<script>alert" not in shown(send("where=<script>alert(1)</script>")["where"])


def test_several_areas_are_kept_and_one_is_added_by_its_text():
    form = send("where=Paris&reach=Sarthe&reach_code=departement:75&reach_code=epci:244200770")

    assert {area.key for area in form.cleaned_data["reach"]} == {"departement:75", "epci:244200770", "departement:72"}


def test_the_button_to_add_shows_the_page_again_with_the_list():
    form = send("where=Paris&reach=Sarthe&reach_code=departement:75&reach_add=1")

    assert form.errors["reach"] == ["Liste mise à jour : Paris (75), Sarthe (72). Ajoutez un autre territoire ou enregistrez."]
    html = shown(form["reach"])
    assert 'value="departement:72" checked' in html
    assert 'name="reach" value=""' in html


def test_the_button_to_add_nothing_is_a_plain_submission():
    assert send("where=Paris&reach=&reach_add=1").cleaned_data["reach"] == []


def test_an_unclear_text_among_several_offers_those_not_chosen_yet():
    form = send("where=Paris&reach=saint+denis&reach_code=commune:93066")

    html = shown(form["reach"])
    assert 'value="commune:93066" checked' in html
    assert 'value="commune:97411">' in html
    assert html.count('value="commune:93066"') == 1


def test_a_tick_among_those_offered_answers_the_text():
    form = send("where=Paris&reach=saint+denis&reach_for=saint+denis&reach_code=departement:75&reach_code=commune:97411")

    assert {area.key for area in form.cleaned_data["reach"]} == {"departement:75", "commune:97411"}


def test_an_offer_left_without_tick_is_asked_again():
    form = send("where=Paris&reach=saint+denis&reach_for=saint+denis&reach_code=departement:75")

    assert "reach" in form.errors


def test_too_many_areas_are_refused():
    keys = "&".join(f"reach_code=commune:{number}" for number in range(10000, 10001 + AREAS_LIMIT))

    assert send(f"where=Paris&{keys}").errors["reach"] == [f"Choisissez au plus {AREAS_LIMIT} territoires."]


@pytest.mark.parametrize("kind", ["object", "pk"])
def test_a_form_starts_with_the_areas_it_is_given(areas, kind):
    of = {"object": lambda area: area, "pk": lambda area: area.pk}[kind]
    reach = [of(areas["departement:72"]), of(areas["departement:75"])]

    form = DemoForm(initial={"where": of(areas["commune:76351"]), "reach": reach})

    where = shown(form["where"])
    assert 'name="where" value="Le Havre (76)"' in where
    assert 'type="hidden" name="where_code" value="commune:76351"' in where
    assert 'name="where_for" value="Le Havre (76)"' in where
    assert shown(form["reach"]).count(" checked") == 3  # two areas, and the pattern that the script copies


@pytest.mark.parametrize("empty", [None, "", []])
def test_a_form_starts_with_nothing(empty):
    assert 'name="where" value=""' in shown(DemoForm(initial={"where": empty})["where"])


def test_what_a_form_shows_comes_back_unchanged(areas):
    form = DemoForm(
        QueryDict("where=Le+Havre+(76)&where_for=Le+Havre+(76)&where_code=commune:76351&reach=&reach_for=&reach_code=departement:75"),
        initial={"where": areas["commune:76351"], "reach": [areas["departement:75"]]},
    )

    assert form.changed_data == []


@pytest.mark.parametrize(("query", "changed"), [("where=Paris", ["where"]), ("where=saint+denis", ["where"]), ("where=", ["where"])])
def test_a_form_knows_what_changed(areas, query, changed):
    assert DemoForm(QueryDict(query), initial={"where": areas["commune:76351"]}).changed_data == changed


def test_an_optional_field_may_be_empty():
    assert AreaField(required=False).clean(AreaInput()) is None


def test_the_widget_knows_when_it_was_left_out_of_a_page():
    widget = AreaWidget()

    assert widget.value_omitted_from_data({}, MultiValueDict(), "where")
    assert not widget.value_omitted_from_data({"where": ""}, MultiValueDict(), "where")
    assert not widget.value_omitted_from_data({"where_code": "x"}, MultiValueDict(), "where")


def test_the_whole_field_ties_label_help_and_error_to_the_input():
    html = send("where=B%C3%A2le")["where"].as_field_group()

    assert 'for="id_where"' in html
    assert 'aria-describedby="id_where_helptext id_where_error"' in html
    assert 'id="id_where_helptext"' in html
    assert 'id="id_where_error"' in html


def test_an_area_added_is_no_error_in_the_page():
    html = send("where=Paris&reach=Sarthe&reach_add=1")["reach"].as_field_group()

    assert "fr-message--info" in html
    assert "fr-input-group--error" not in html


def test_kinds_bound_what_is_offered():
    field = AreaField(kinds=[AreaKind.REGION])

    assert field.clean(AreaInput(text="Normandie")).key == "region:28"


def test_a_submission_costs_two_queries_for_the_field(django_assert_num_queries):
    with django_assert_num_queries(2):
        AreaField(multiple=True).clean(AreaInput(text="saint denis 93", keys=("commune:75056", "commune:76351")))
