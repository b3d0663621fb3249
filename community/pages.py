"""What the pages of an organisation show, computed once so that templates decide nothing."""

from dataclasses import dataclass

from accounts.models import User
from community import legal_categories
from community.enums import IdentifierKind, MemberOrigin, Role, Trust
from community.models import Invitation, Mandate, Membership, MembershipClaim, Organisation
from community.permissions import asks_mandate, changes_member, manages, membership_of, reads_members
from community.queries import mandates_of
from community.register import Identity
from kit import french
from kit.identifiers import siret_in_groups

LEVELS = {Trust.DECLARED: "info", Trust.REGISTER: "success", Trust.VERIFIED: "success", Trust.CONTRADICTED: "warning"}
WORKFORCE = {
    "NN": "Non employeuse",
    "00": "Aucun salarié",
    "01": "1 ou 2 salariés",
    "02": "3 à 5 salariés",
    "03": "6 à 9 salariés",
    "11": "10 à 19 salariés",
    "12": "20 à 49 salariés",
    "21": "50 à 99 salariés",
    "22": "100 à 199 salariés",
    "31": "200 à 249 salariés",
    "32": "250 à 499 salariés",
    "41": "500 à 999 salariés",
    "42": "1 000 à 1 999 salariés",
    "51": "2 000 à 4 999 salariés",
    "52": "5 000 à 9 999 salariés",
    "53": "10 000 salariés et plus",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of an identity: what, and how far it is believed; no trust for what is only a choice."""

    label: str
    value: str
    trust: str
    level: str


@dataclass(frozen=True, slots=True)
class Person:
    """One member, and what the reader may do with their place."""

    place: Membership
    is_me: bool
    may_verify: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """One organisation as one reader sees it."""

    organisation: Organisation
    place: Membership | None
    facts: list[Fact]
    warnings: list[str]
    people: list[Person]
    claims: list[MembershipClaim]
    invitations: list[Invitation]
    given: list[Mandate]
    received: list[Mandate]
    is_managed: bool
    invites_unseeing: bool
    """Whoever one invites will not see the dossiers of others: one is not verified oneself."""
    reads_members: bool
    asks_mandates: bool
    needs_siret: bool
    may_refresh: bool


def organisation_page(organisation: Organisation, user: User) -> OrganisationPage:
    managed = manages(user, organisation)
    place = membership_of(user, organisation)
    places = Membership.objects.visible_to(user).filter(organisation=organisation).select_related("user", "organisation")
    mandates = mandates_of(organisation, user)
    invitations = Invitation.objects.pending().filter(organisation=organisation).order_by("-invited_at", "-pk")
    claims = (
        MembershipClaim.objects.visible_to(user).unanswered().filter(organisation=organisation).exclude(user=user).select_related("user")
    )
    administered = changes_member(user, place) if place and place.is_verified else False
    return OrganisationPage(
        organisation=organisation,
        place=place,
        facts=facts_of(organisation),
        warnings=warnings_about(organisation.legal_category, closed=organisation.closed_in_register, family=organisation.family),
        people=[_person(each, user, managed=managed, administered=administered) for each in places],
        claims=list(claims),
        invitations=list(invitations) if managed else [],
        given=mandates.given,
        received=mandates.received,
        is_managed=managed,
        invites_unseeing=managed and place is not None and not place.is_verified,
        reads_members=reads_members(user, organisation),
        asks_mandates=asks_mandate(user, organisation),
        needs_siret=managed and not organisation.siret,
        may_refresh=managed and bool(organisation.siret or organisation.rna),
    )


def _person(place: Membership, user: User, *, managed: bool, administered: bool) -> Person:
    """What `changes_member` and `vouches_for` say of one row, without a query for each."""
    is_me = place.user_id == user.pk
    brought = managed and not place.is_verified and place.origin == MemberOrigin.INVITATION and not is_me
    return Person(
        place=place,
        is_me=is_me,
        may_verify=administered and not place.is_verified and not is_me,
        may_change=administered or brought,
    )


def facts_of(organisation: Organisation) -> list[Fact]:
    """The identity, each fact with its trust; what is empty is left out, but for the name."""
    kind = IdentifierKind(organisation.identifier_kind)
    identified = Trust.REGISTER if "legal_category" in organisation.register_facts else Trust.DECLARED
    number = siret_in_groups(organisation.siret) if organisation.siret else organisation.identifier
    rows = [
        (kind.label, number or "à venir", identified if organisation.identity_trust == Trust.DECLARED else organisation.identity_trust),
        ("Numéro RNA", organisation.rna if organisation.siret else "", organisation.trust_of("rna")),
        ("Nom", organisation.name, organisation.trust_of("name")),
        ("Sigle", organisation.acronym, organisation.trust_of("acronym")),
        ("Adresse", organisation.address, organisation.trust_of("address")),
        ("Commune", f"{organisation.postcode} {organisation.commune_name}".strip(), organisation.trust_of("commune_id")),
        ("Créée le", french.day(organisation.creation_date) if organisation.creation_date else "", organisation.trust_of("creation_date")),
        (
            "Catégorie juridique",
            legal_categories.label(organisation.legal_category) if organisation.legal_category else "",
            organisation.trust_of("legal_category"),
        ),
        ("Effectif", WORKFORCE.get(organisation.workforce_band, ""), organisation.trust_of("workforce_band")),
        ("Famille juridique", organisation.get_legal_family_display(), family_trust(organisation)),
        (
            "Forme coopérative",
            organisation.get_cooperative_form_display() if organisation.cooperative_form else "",
            family_trust(organisation),
        ),
        ("Appartenance à l’ESS", organisation.get_ess_evidence_display(), Trust(organisation.ess_trust)),
        ("Rôles", french.joined([Role(role).label.lower() for role in organisation.roles]).capitalize(), ""),
        ("Site web", organisation.website, ""),
    ]
    return [_fact(label, value, trust) for label, value, trust in rows if value]


def _fact(label: str, value: str, trust: str) -> Fact:
    return Fact(label, value, str(Trust(trust).label), LEVELS[Trust(trust)]) if trust else Fact(label, value, "", "")


def family_trust(organisation: Organisation) -> Trust:
    """How far the declared family is believed: staff agreed, staff disagreed, or nobody looked."""
    if not organisation.verified_legal_family:
        return Trust.DECLARED
    return Trust.VERIFIED if organisation.verified_legal_family == organisation.legal_family else Trust.CONTRADICTED


def identity_rows(identity: Identity) -> list[tuple[str, str]]:
    """What the register alone says, shown and not typed."""
    rows = [
        ("Catégorie juridique", legal_categories.label(identity.legal_category)),
        ("Créée le", french.day(identity.creation_date) if identity.creation_date else ""),
        ("Code d’activité", identity.activity_code),
        ("Effectif", WORKFORCE.get(identity.workforce_band, "")),
    ]
    return [(label, value) for label, value in rows if value]


def warnings_about(category: str, *, closed: bool, family: str = "") -> list[str]:
    """What the register says that should be looked at; nothing here blocks anyone."""
    warnings = []
    if closed:
        warnings.append(
            "Le répertoire officiel indique que cet établissement est fermé. Vérifiez le SIRET : il change quand le siège déménage."
        )
    if legal_categories.has_no_personality(category):
        warnings.append(
            "Le répertoire officiel indique une association non déclarée. Sans déclaration en préfecture, une association n’a pas de "
            "personnalité juridique : elle ne peut ni signer ni recevoir de subvention."
        )
    if family and legal_categories.contradicts(category, family):
        warnings.append(
            f"La catégorie juridique du répertoire, « {legal_categories.label(category)} », ne correspond pas à la famille déclarée. "
            "Nos services vérifieront ; corrigez s’il y a une erreur."
        )
    return warnings
