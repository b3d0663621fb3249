"""The round that is open now: Claire's draft, a dossier deposited then changed, others deposited and withdrawn, a mandate to Sophie's structure."""

import random
import uuid
from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from accounts.models import User
from calls.actions.application import follow_application, save_answers, start_application, withdraw_application
from calls.actions.attachment import give_file
from calls.actions.deposit import DepositRequest, declarations_asked, deposit_application
from calls.actions.guest import accept_guest, invite_guest
from calls.actions.partner import name_partners
from calls.content import Signatory
from calls.definition import definition_of
from calls.enums import Capacity, GuestAccess
from calls.models import Application, Round
from calls.queries.area import labels_of
from calls.reading import area_references, read_answer
from community import register
from community.actions.mandates import Terms, give_mandate
from community.actions.members import make_member, verify_membership
from community.actions.organisation import Declaration, enter_organisation
from community.enums import EssEvidence, IdentifierKind, LegalFamily, MemberOrigin, MemberRole, Role
from community.models import Organisation
from kit import clock
from kit.pdf import render_pdf
from portal.demo.days import working_hour
from portal.demo.stories import Story, Writer, name_of, stories, texts
from projects.actions import create_project
from projects.models import Project, Theme
from territories.enums import AreaKind
from territories.models import Area
from territories.queries import areas_by_key, commune_of_code

SEED = 2026
OTHERS = 11
HELPER = "lucie.comptable@demo.example"
HALF_A_BUDGET = ("investissements=180000", "salaires=240000", "ressources-propres=140000", "financements-confirmes=280000")
"""It balances so far: what is still to be found is left out."""
REGISTERED = {
    "claire": ("00000101600013", LegalFamily.ASSOCIATION, (Role.APPLICANT,), 0),
    "sophie": ("00000110700010", LegalFamily.ASSOCIATION, (Role.SUPPORT,), 0),
}


class Today:
    """Plays the people of the demonstration on the platform, through the same actions as real ones."""

    def __init__(self, round: Round, people: dict[str, User]) -> None:
        self.round, self.people = round, people
        self.dice = random.Random(SEED)  # noqa: S311 - the same demonstration every time
        self.definition = definition_of(round)
        self.departements = list(Area.objects.current().filter(kind=AreaKind.DEPARTEMENT).order_by("code"))
        self.communes = list(
            Area.objects.current()
            .filter(kind=AreaKind.COMMUNE, population__gte=40_000)
            .select_related("departement", "region", "epci")
            .order_by("code")
        )

    def play(self) -> None:
        """Everything, in the order in which it happened."""
        claire, karim, sophie = self.people["claire.porteuse"], self.people["karim.membre"], self.people["sophie.structure"]
        staff = self.people["agente.instruction"]
        with clock.standing_at(self.round.opens_at + timedelta(days=1)):
            garden = self._registered("claire", claire)
            support = self._registered("sophie", sophie)
            for organisation, founder in ((garden, claire), (support, sophie)):
                verify_membership(organisation.memberships.get(user=founder), by=staff, through="Statuts et pièce d’identité")
            make_member(
                garden,
                karim,
                role=MemberRole.EDITOR,
                origin=MemberOrigin.INVITATION,
                by=claire,
                verified_through="Invitation d’une administratrice",
            )
            give_mandate(garden, support, Terms(clock.now() + timedelta(days=180)), by=claire)
        self._claires_draft(garden, claire, karim)
        opening = self.round.opens_at.date()
        for index, at in enumerate(sorted(working_hour(opening + timedelta(days=4 + day), self.dice) for day in range(OTHERS))):
            self._stranger(index, at, staff)

    def _claires_draft(self, garden: Organisation, claire: User, karim: User) -> None:
        story = stories()[0]
        started = self.round.opens_at + timedelta(days=3)
        with clock.standing_at(started):
            project = self._project(garden, claire, story, self.communes[0])
            application, _ = start_application(self.round, garden, project, by=claire, arrived_at=clock.now())
            answers = Writer(story, self._home("69387"), self.departements, self.dice, started.date()).answers(self.definition)
            sections = self.definition.sections
            first = {question.key for section in sections[:3] for question in section.questions}
            self._save(application, {key: texts for key, texts in answers.items() if key in first}, claire)
            self._give(application, claire)
        with clock.standing_at(started + timedelta(days=2)):
            fourth = {question.key for question in sections[3].questions[:3]}
            revised = {"innovation": [f"{answers['innovation'][0]} Nos usagers siègent au conseil depuis l’an dernier."]}
            self._save(application, {key: texts for key, texts in answers.items() if key in fourth} | revised, karim)
        with clock.standing_at(started + timedelta(days=4)):
            shorter = {"resume-public": [story.summary], "budget-plan": [*HALF_A_BUDGET]}
            partners = {
                "partenaires": [f"{row}.{key}={text}" for row, one in enumerate(texts()["partners"][:2]) for key, text in one.items()]
            }
            self._save(application, shorter | partners, claire)
            guest = invite_guest(application, by=claire, email=HELPER, access=GuestAccess.EDIT)
        with clock.standing_at(started + timedelta(days=5)):
            helper = User.objects.create(email=HELPER, first_name="Lucie", last_name="Arnaud")
            accept_guest(guest, by=helper)
            application.refresh_from_db()
            said = "Les comptes du dernier exercice sont certifiés ; la baisse de la deuxième année vient de travaux dans nos locaux."
            self._save(application, {"commentaire-comptes": [said]}, helper)

    def _stranger(self, index: int, at: datetime, staff: User) -> None:
        story, home = stories()[1 + index % (len(stories()) - 1)], self.dice.choice(self.communes)
        with clock.standing_at(at):
            person = User.objects.create(
                email=f"personne{index + 1}@demo.example", first_name="Dominique", last_name=f"Exemple {index + 1}"
            )
            organisation = self._declared(story, home, person, index)
            project = self._project(organisation, person, story, home)
            application, _ = start_application(self.round, organisation, project, by=person, arrived_at=clock.now())
            writer = Writer(story, home, self.departements, self.dice, clock.now().date())
            self._save(application, writer.answers(self.definition), person)
            if index in {0, 3}:
                self._give(application, person)
            self._deposit(application, person)
            if index == 1:
                withdraw_application(application, by=person, why="Nous préférons attendre la prochaine session.")
            if index == 2:  # noqa: PLR2004 - one of them changes its dossier after the deposit
                self._save(application, {"resume-public": [f"{story.summary} Version revue."]}, person)
            if index in {0, 4}:
                follow_application(application, staff, by=staff)

    def _registered(self, who: str, person: User) -> Organisation:
        siret, family, roles, _ = REGISTERED[who]
        answer = register.find(siret)
        name = answer.name if isinstance(answer, register.Identity) else "Organisation de démonstration"
        commune = self._home("69387") if who == "claire" else self._home("33063")
        declaration = Declaration(
            name=name,
            legal_family=family,
            roles=roles,
            postcode=commune.postcodes[0],
            commune=commune,
            ess_evidence=EssEvidence.STATUS,
        )
        return enter_organisation(IdentifierKind.SIRET, siret, declaration, by=person, answer=answer)

    def _declared(self, story: Story, home: Area, person: User, index: int) -> Organisation:
        family = (LegalFamily.ASSOCIATION, LegalFamily.COOPERATIVE, LegalFamily.COMMERCIAL)[index % 3]
        declaration = Declaration(
            name=name_of(story, home.name, self.dice),
            legal_family=family,
            roles=(Role.APPLICANT,),
            postcode=home.postcodes[0],
            commune=home,
            ess_evidence=EssEvidence.STATUS,
        )
        return enter_organisation(IdentifierKind.PENDING, "", declaration, by=person, answer=register.Absence.UNKNOWN)

    def _project(self, organisation: Organisation, person: User, story: Story, home: Area) -> Project:
        themes = Theme.objects.filter(code=story.theme)
        return create_project(organisation, by=person, name=story.project, summary=story.summary, themes=themes, places=[home])

    def _save(self, application: Application, typed: dict[str, list[str]], person: User) -> None:
        labels = labels_of(areas_by_key(area_references(typed.values())))
        readings = {key: read_answer(self.definition.by_key[key], texts, labels) for key, texts in typed.items()}
        versions = dict(application.answers.values_list("question_key", "version"))
        save_answers(application, readings, versions, by=person, arrived_at=clock.now())
        name_partners(text for key in self.definition.naming_partners for text in typed.get(key, ()))

    def _give(self, application: Application, person: User) -> None:
        """Small documents, as an organisation would give them."""
        house, year = application.organisation.name, clock.now().year
        for key, name, title in (
            ("pieces-statuts", "Statuts.pdf", f"Statuts de « {house} »"),
            ("pieces-comptes", f"Comptes {year - 1}.pdf", f"Comptes approuvés de l’exercice {year - 1}"),
        ):
            data = render_pdf("portal/demo_document.typ", {"title": title, "house": house}, at=clock.now())
            give_file(application, self.definition.by_key[key], ContentFile(data, name), by=person, arrived_at=clock.now())

    def _deposit(self, application: Application, person: User) -> None:
        declarations = frozenset(item.pk for item in declarations_asked(application))
        signatory = Signatory(person.get_full_name(), "Direction", Capacity.LEGAL_REPRESENTATIVE)
        request = DepositRequest(uuid.uuid5(uuid.NAMESPACE_URL, str(application.pk)), signatory, declarations)
        deposit_application(application, request, by=person, arrived_at=clock.now())
        application.refresh_from_db()

    def _home(self, code: str) -> Area:
        return commune_of_code(code) or self.communes[0]


def play_today(round: Round, people: dict[str, User]) -> None:
    """Fill the open round."""
    Today(round, people).play()
