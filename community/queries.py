"""What pages need to know of organisations: mine, one with its people and mandates, and what stops an account from being deleted."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from accounts.models import User
from community.enums import ClaimState, InvitationState, LegalFamily, MandateState, MemberRole, MemberStanding
from community.models import Invitation, Mandate, Membership, MembershipClaim, Organisation
from kit import clock


def my_memberships(user: User) -> QuerySet[Membership]:
    """One's organisations with one's role, and how much waits for an answer there from whoever administers."""
    return (
        Membership.objects.filter(user=user)
        .select_related("organisation")
        .annotate(
            waiting_claims=Count("organisation__claims", filter=Q(organisation__claims__state=ClaimState.OPEN), distinct=True),
            waiting_mandates=Count(
                "organisation__mandates_given",
                filter=Q(organisation__mandates_given__state=MandateState.ASKED, organisation__mandates_given__expires_at__gt=clock.now()),
                distinct=True,
            ),
        )
        .order_by("organisation__search_name", "organisation__pk")
    )


@dataclass(frozen=True)
class Reach:
    """In whose name a person may act at this instant: as a member, and through the mandates in force of one's support structures.

    Mandates are asked of the database once, and only when the places do not settle the question: one query, none for who is a member
    of nothing.
    """

    user: User
    places: tuple[Membership, ...]

    @cached_property
    def mandates(self) -> tuple[Mandate, ...]:
        """Those through which one reads a client's dossiers: in force, given to a structure of which one is a verified member."""
        structures = self.verified_in
        return tuple(mandate for mandate in self._known if mandate.agent_id in structures and mandate.is_in_force)

    @property
    def granted(self) -> list[int]:
        """The mandates that one granted oneself, in force or not."""
        return [mandate.pk for mandate in self._known if mandate.granted_by_id == self.user.pk]

    @cached_property
    def _known(self) -> list[Mandate]:
        if not self.places:
            return []
        given = Q(agent__in=self.verified_in, state=MandateState.GRANTED)
        return list(Mandate.objects.filter(given | Q(granted_by=self.user)).order_by())

    @property
    def member_of(self) -> list[int]:
        return [place.organisation_id for place in self.places]

    @property
    def verified_in(self) -> list[int]:
        return [place.organisation_id for place in self.places if place.is_verified]

    def writes_as_member(self, organisation_id: int) -> bool:
        """A member of the organisation itself, who is not a mere reader."""
        return any(place.organisation_id == organisation_id and place.role != MemberRole.READER for place in self.places)

    def mandates_to_write(self, organisation_id: int) -> list[Mandate]:
        """The mandates of this client under which one writes, the last granted first."""
        held = [mandate for mandate in self.mandates if mandate.client_id == organisation_id and self.writes_as_member(mandate.agent_id)]
        return sorted(held, key=lambda mandate: (mandate.granted_at, mandate.pk), reverse=True)

    def writes_for(self, organisation_id: int) -> bool:
        """May write in the organisation's name."""
        return self.writes_as_member(organisation_id) or bool(self.mandates_to_write(organisation_id))

    def deposits_for(self, organisation_id: int) -> bool:
        """May deposit in the organisation's name: a mandate may stop short of it."""
        return self.writes_as_member(organisation_id) or any(mandate.may_deposit for mandate in self.mandates_to_write(organisation_id))


def reach_of(user: User, memberships: Iterable[Membership] | None = None) -> Reach:
    """What `user` may act for: one query now, none when all their memberships are known; one more when mandates come into play."""
    if memberships is None:
        memberships = Membership.objects.filter(user=user).only("organisation", "role", "standing").order_by()
    return Reach(user, tuple(memberships))


def managed_organisations(user: User) -> QuerySet[Organisation]:
    """Organisations that one manages: as a verified administrator, or as a declared one while there is no verified one."""
    return Organisation.objects.filter(pk__in=user.memberships.managing().values("organisation"))


def administrators_of(organisation: Organisation) -> list[User]:
    """Who is told what concerns the organisation: its verified administrators, or the declared ones while there is none."""
    places = Membership.objects.managing().filter(organisation=organisation).select_related("user").order_by("pk")
    return [place.user for place in places]


def open_claim(user: User, organisation: Organisation) -> MembershipClaim | None:
    return MembershipClaim.objects.filter(user=user, organisation=organisation).exclude(state=ClaimState.ACCEPTED).first()


@dataclass(frozen=True, slots=True)
class MandatesOfOrganisation:
    """Mandates of one organisation, given and received, as far as one sees them."""

    given: list[Mandate]
    received: list[Mandate]


def mandates_of(organisation: Organisation, user: User) -> MandatesOfOrganisation:
    visible = (
        Mandate.objects.visible_to(user)
        .filter(Q(client=organisation) | Q(agent=organisation))
        .select_related("client", "agent", "granted_by")
        .order_by("-asked_at", "-pk")
    )
    mandates = list(visible)
    return MandatesOfOrganisation(
        given=[mandate for mandate in mandates if mandate.client_id == organisation.pk],
        received=[mandate for mandate in mandates if mandate.agent_id == organisation.pk],
    )


def mandates_waiting_for(user: User) -> QuerySet[Mandate]:
    """Mandates asked of one's own address, for which one has yet to say in whose name."""
    return (
        Mandate.objects.unanswered()
        .filter(client__isnull=True, client_email__iexact=user.email)
        .select_related("agent")
        .order_by("asked_at")
    )


def deletion_obstacles(user: User) -> list[str]:
    """Sentences on what must be settled before one's account can be deleted: members who would be left without an administrator."""
    others = Membership.objects.filter(organisation=OuterRef("organisation"), user__is_active=True).exclude(user=user)
    alone = (
        Membership.objects.administrators()
        .filter(user=user)
        .filter(Exists(others))
        .exclude(Exists(others.filter(role=MemberRole.ADMINISTRATOR, standing=OuterRef("standing"))))
        .exclude(Q(standing=MemberStanding.DECLARED) & Exists(others.filter(role=MemberRole.ADMINISTRATOR)))
        .select_related("organisation")
        .order_by("organisation__search_name", "pk")
    )
    return [
        f"Vous êtes la dernière personne à administrer « {place.organisation.name} » : confiez d’abord l’administration à un autre membre."
        for place in alone
    ]


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation behind a link, if the link was ever sent."""
    found = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    return Invitation.objects.select_related("organisation", "invited_by").filter(token_digest=found).first()


def invitation_problem(invitation: Invitation | None) -> str:
    """Why a link is of no use, in a sentence; empty when it is."""
    if invitation is None:
        return "Ce lien d’invitation n’existe pas. Vérifiez que l’adresse est complète : certains logiciels de courriel la coupent."
    if invitation.state == InvitationState.ACCEPTED:
        return "Cette invitation a déjà été acceptée. Si c’est vous, connectez-vous : l’organisation est dans votre espace."
    if invitation.state == InvitationState.REVOKED:
        return "Cette invitation a été annulée ou remplacée. Demandez-en une nouvelle à la personne qui l’a envoyée."
    if invitation.has_expired:
        return "Cette invitation a expiré. Demandez-en une nouvelle à la personne qui l’a envoyée."
    return ""


def organisations_by_family() -> list[tuple[str, int]]:
    """How many organisations are registered, by legal family (verified, else declared), the most numerous first: one query."""
    family = Coalesce(NullIf("verified_legal_family", Value("")), "legal_family")
    counts = dict(Organisation.objects.order_by().values_list(family).annotate(Count("pk")))
    return sorted(((str(label), counts[code]) for code, label in LegalFamily.choices if code in counts), key=lambda row: (-row[1], row[0]))


def personal_data(user: User) -> dict[str, list[dict[str, str]]]:
    """What organisations hold about `user`, for the copy of one's data: places and claims."""
    return {
        "organisations": [
            {
                "organisation": place.organisation.name,
                "rôle": place.get_role_display(),
                "qualité": place.get_standing_display(),
                "depuis le": place.joined_at.isoformat(),
            }
            for place in Membership.objects.filter(user=user).select_related("organisation").order_by("joined_at", "pk")
        ],
        "demandes de rattachement": [
            {"organisation": claim.organisation.name, "état": claim.get_state_display()}
            for claim in MembershipClaim.objects.filter(user=user).select_related("organisation").order_by("pk")
        ],
    }
