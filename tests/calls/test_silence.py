"""A notice's delay of silence is told from the delays to appeal or to mend a dossier."""

import pytest

from calls.form_templates import starting_notices
from calls.silence import months_of_silence


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("Sans réponse dans les deux mois, votre demande est rejetée.", {2}),
        ("Sans réponse dans un délai de 4 mois, votre demande est acceptée.", {4}),
        ("Sans réponse sous quatre (4) mois, votre demande est rejetée.", {4}),
        ("Le silence gardé pendant plus de vingt-quatre mois vaut rejet.", {24}),
        ("Le silence, selon l’article L. 231-4, vaut rejet au bout de six mois.", {6}),
        ("Le silence de l’administration vaut rejet\nau bout de trois mois.", {3}),
        ("Au bout de deux mois de silence, la demande est rejetée.", {2}),
        ("Passé un délai de dix-huit mois sans réponse, la demande est rejetée.", {18}),
        ("Si le service ne vous répond pas dans les 2\u00a0mois, c’est un rejet.", {2}),
        ("Si le service ne vous a pas répondu dans les deux mois, c’est un rejet.", {2}),
        ("En l’absence de réponse dans le mois, c’est un rejet.", set()),
        ("Sans réponse dans les deux mois, c’est un rejet. Délai de silence : 4 mois.", {2, 4}),
        ("Sans réponse dans les 4 mois, c’est un rejet, à contester dans les deux mois devant le tribunal.", {4}),
        ("Dans les deux mois suivant la décision, le tribunal peut être saisi.", set()),
        ("Sans réponse, vous pouvez saisir le tribunal dans les deux mois.", set()),
        ("Le silence vaut rejet et ouvre un délai de deux mois pour saisir le tribunal.", set()),
        ("Le rejet peut être contesté dans les deux mois qui suivent le silence.", set()),
        ("Après un recours gracieux sans réponse pendant deux mois, saisissez le tribunal.", set()),
        ("Le silence vaut rejet ; le tribunal peut être saisi dans les deux mois.", set()),
        ("Le silence vaut rejet.\n\n- Tribunal : deux mois.", set()),
        ("Le silence vaut rejet" + " et toujours rejet" * 9 + " avec deux mois.", set()),
        ("Deux mois " + "de patience " * 12 + "puis le silence.", set()),
        ("", set()),
    ],
)
def test_months_of_silence_are_read(text, months):
    assert months_of_silence(text) == months


def test_starting_notices_say_two_months_once():
    notices = starting_notices().notices

    assert months_of_silence(notices["appeal_notice"]) == {2}
    assert months_of_silence(notices["completeness_notice"]) == set()
