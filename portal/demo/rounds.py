"""The calls of the demonstration: the pionnier call of 2018 and its new round, and a call in preparation."""

from datetime import UTC, datetime, time, timedelta

from accounts.models import User
from calls.actions.amendment import amend, amend_with_question, explain_amendment, publish_amendment, start_amendment
from calls.actions.call import answer_enquiry, ask_enquiry, create_call
from calls.actions.round import create_round, publish_round
from calls.enums import CallKind, QuestionKind
from calls.models import Call, Question, Round
from kit import clock
from portal.demo.days import PARIS, working_day
from projects.models import Theme

OPENED_2018 = datetime(2018, 1, 18, 9, tzinfo=PARIS)
CLOSED_2018 = datetime(2018, 2, 26, 12, tzinfo=PARIS)
SERVICE = {
    "service_name": "Mission innovation sociale (service de démonstration)",
    "service_address": "1 rue de l’Exemple\n75000 Paris",
    "service_email": "innovation-sociale@demo.example",
    "service_phone": "01 99 00 00 00",
}
THEMES_2018 = ("energie-climat", "education", "emploi-insertion", "territoires-services", "sante-autonomie")


def make_pionnier_call(manager: User) -> tuple[Call, Round, Round]:
    """The call of 2018, with its facts, its closed round, and a round open now that closes in four days at noon."""
    with clock.standing_at(OPENED_2018 - timedelta(days=3)):
        call = create_call(
            by=manager,
            slug="french-impact-pionnier",
            kind=CallKind.PROJECTS,
            title="French Impact pionnier",
            summary="Dix à quinze entreprises de l’économie sociale et solidaire, éprouvées et prêtes à changer d’échelle.",
            presentation=(
                "Lancé le 18 janvier 2018 avec la démarche #frenchimpact, cet appel sélectionne des entreprises de l’économie sociale et "
                "solidaire (ESS) « particulièrement innovantes socialement, et ayant démontré la robustesse de leur modèle et leur impact "
                "social, prêtes au changement d’échelle ».\n\nEn 2018, environ 200 dossiers ont été déposés ; 60 % étaient éligibles, "
                "45 candidats ont été entendus par cinq jurys et 22 lauréats ont été annoncés le 12 juin 2018."
            ),
            rules=(
                "- être une entreprise de l’ESS : association, coopérative, mutuelle, fondation ou société commerciale de l’ESS ;\n"
                "- exister depuis plus de trois ans ;\n- avoir un budget annuel supérieur à 500 000 € ;\n"
                "- avoir un modèle économique durable, éprouvé sur au moins un territoire."
            ),
            selection=(
                "1. Le service vérifie que le dossier est complet, arrivé à temps et éligible.\n"
                "2. Les dossiers sont lus et notés selon une grille.\n3. Un jury indépendant entend les candidats retenus."
            ),
            benefits=(
                "Un accompagnement sur mesure pendant trois ans : ingénierie pour financer la croissance, un *hacker public* désigné pour "
                "lever les obstacles administratifs, évaluation de l’impact, mise en relation avec des partenaires privés."
            ),
            sponsor="Haut-commissariat à l’économie sociale et solidaire et à l’innovation sociale, avec la Caisse des Dépôts (2018)",
            themes=Theme.objects.filter(code__in=THEMES_2018),
            **SERVICE,
        )
        first = create_round(
            call, by=manager, name="Session 2018", code="PIO18", opens_at=OPENED_2018, closes_at=CLOSED_2018, template="pionnier"
        )
        type(first).objects.filter(pk=first.pk).update(places_min=10, places_max=15)
        first.declarations.filter(kind="cer").delete()
        first.refresh_from_db()
        first = publish_round(first, by=manager)
    opens_at, closes_at = _noon_in(-24), _noon_in(4)
    with clock.standing_at(opens_at - timedelta(days=2)):
        now = create_round(
            call,
            by=manager,
            name=f"Session {closes_at.year}",
            code=f"PIO{closes_at:%y}",
            opens_at=opens_at,
            closes_at=closes_at,
            template="pionnier",
        )
        type(now).objects.filter(pk=now.pk).update(places_min=10, places_max=15)
        now.refresh_from_db()
        now = publish_round(now, by=manager)
    return call, first, now


def amend_round(round: Round, manager: User) -> None:
    """An amendment of the open round: a text corrected, a limit of words raised, an optional question more."""
    with clock.standing_at(_office_noon(-4)):
        amendment = start_amendment(round, by=manager)
        explain_amendment(
            amendment,
            by=manager,
            explanation=(
                "Plusieurs candidats nous ont dit manquer de place pour expliquer leur plan de financement, et ne pas savoir quelles "
                "années compter. Rien de ce que vous avez écrit ou déposé n’est à refaire."
            ),
        )
        question = Question.objects.select_related("section").get(section__round=round, key="plan-financement")
        help_text = "Les postes de dépense principaux sur les trois ans du plan, les financeurs sollicités et où en sont les échanges."
        amend(amendment, [(question, {"max_words": 300, "help_text": help_text})], by=manager)
        amend_with_question(
            amendment,
            question.section,
            by=manager,
            key="cofinanceur-souhaite",
            kind=QuestionKind.SHORT_TEXT,
            label="Un financeur que vous aimeriez rencontrer",
        )
        publish_amendment(amendment, by=manager)


def make_coming_call(manager: User) -> Round:
    """The call for support structures announced in March 2018, in preparation: nothing is published."""
    opens_at, closes_at = _noon_in(20), _noon_in(80)
    with clock.standing_at(_office_noon(-3)):
        call = create_call(
            by=manager,
            slug="structures-accompagnement",
            kind=CallKind.APPLICATIONS,
            title="Structures d’accompagnement",
            summary="Incubateurs, financeurs, évaluateurs, pôles territoriaux : rejoignez le réseau qui accompagne les innovations sociales.",
            presentation="Appel à candidatures permanent annoncé en janvier 2018 pour « rentrer dans cette démarche d’écosystème ».",
            rules="Toute structure qui accompagne ou finance des porteurs d’innovations sociales.",
            selection="Les candidatures sont examinées au fil de l’eau.",
            sponsor="Mission innovation sociale (service de démonstration)",
            **SERVICE,
        )
        return create_round(
            call, by=manager, name="Première vague", code="ACC1", opens_at=opens_at, closes_at=closes_at, template="pionnier"
        )


def ask_and_answer(call: Call, person: User, manager: User) -> None:
    """Two questions, one of which is answered for everyone."""
    with clock.standing_at(_office_noon(-8)):
        first = ask_enquiry(
            call, by=person, text="Notre association a été créée il y a deux ans et demi par scission. Pouvons-nous candidater ?"
        )
    with clock.standing_at(_office_noon(-6)):
        answer_enquiry(
            first,
            by=manager,
            published_text="Une association née il y a moins de trois ans de la scission d’une autre peut-elle candidater ?",
            answer="Oui, si l’activité présentée était exercée par la première association : indiquez la date du début de cette activité dans la section « Votre organisation ».",
        )
    with clock.standing_at(_office_noon(-1)):
        ask_enquiry(call, by=person, text="Le budget de 500 000 € s’apprécie-t-il sur le dernier exercice clos ou en moyenne ?")


def _office_noon(days: int) -> datetime:
    """Noon of the working day that many days from now."""
    return datetime.combine(working_day(clock.now().astimezone(PARIS).date() + timedelta(days=days)), time(12), PARIS)


def _noon_in(days: int) -> datetime:
    day = clock.now().astimezone(PARIS).date() + timedelta(days=days)
    return datetime.combine(day, time(12), PARIS).astimezone(UTC)
