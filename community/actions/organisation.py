"""Writes on an organisation's identity: entered, changed, completed with its SIRET, refreshed from the register, verified by staff."""

from dataclasses import dataclass, fields

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from community.actions.members import lock, make_member, verify_by_siret
from community.enums import CooperativeForm, EssEvidence, IdentifierKind, LegalFamily, MemberOrigin, MemberRole, Trust, VerifiedFact
from community.models import Organisation, Verification
from community.permissions import manages, verifies
from community.register import Answer, Identity
from kit import clock
from kit.search_key import search_key
from territories.models import Area
from territories.queries import commune_of_code

COMPARED_FACTS = ("name", "acronym", "address", "postcode")
DECLARED_FACTS = (*COMPARED_FACTS, "commune_id")
REGISTER_FACTS = ("creation_date", "legal_category", "activity_code", "activity_nomenclature", "workforce_band")


class AlreadyEntered(Exception):
    """The identifier belongs to an organisation that someone entered before."""

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(str(organisation.pk))
        self.organisation = organisation


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a person says of an organisation."""

    name: str
    legal_family: LegalFamily
    roles: tuple[str, ...]
    acronym: str = ""
    address: str = ""
    postcode: str = ""
    commune: Area | None = None
    cooperative_form: CooperativeForm | str = ""
    ess_evidence: EssEvidence = EssEvidence.NONE
    website: str = ""


@transaction.atomic
def enter_organisation(kind: IdentifierKind, number: str, declaration: Declaration, *, by: User, answer: Answer) -> Organisation:
    """Enter an organisation and make its first person a declared administrator, verified if ProConnect says that they work there.

    Each fact equal to the register's is marked so, the others are declared. Raises `AlreadyEntered`, even when two people enter the
    same identifier at once.
    """
    identity = answer if isinstance(answer, Identity) else None
    rna = identity.rna if identity else ""
    existing = Organisation.objects.identified_by(kind, number, rna=rna).first()
    if existing is not None:
        raise AlreadyEntered(existing)
    organisation = Organisation(
        identifier_kind=kind, created_by=by, created_at=clock.now(), rna=rna if kind == IdentifierKind.SIRET else ""
    )
    setattr(organisation, _column(kind), number)
    _declare(organisation, declaration)
    _compare(organisation, identity)
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError:
        raise AlreadyEntered(Organisation.objects.identified_by(kind, number, rna=rna).get()) from None
    verify_by_siret(make_member(organisation, by, role=MemberRole.ADMINISTRATOR, origin=MemberOrigin.FOUNDER, by=by))
    return organisation


@transaction.atomic
def change_organisation(organisation: Organisation, declaration: Declaration, *, by: User, answer: Answer) -> Organisation:
    """Rewrite what is declared. A changed identity or piece of evidence that staff had judged is to be verified again."""
    locked = lock(organisation)
    if not manages(by, locked):
        raise PermissionDenied
    before = [getattr(locked, fact) for fact in DECLARED_FACTS]
    evidence = (locked.ess_evidence, locked.cooperative_form)
    _declare(locked, declaration)
    changed = {fact for fact, value in zip(DECLARED_FACTS, before, strict=True) if getattr(locked, fact) != value}
    locked.register_facts = [fact for fact in locked.register_facts if fact not in changed]
    if changed:
        locked.identity_trust = Trust.DECLARED
    if (locked.ess_evidence, locked.cooperative_form) != evidence:
        locked.ess_trust = Trust.REGISTER if locked.registered_ess else Trust.DECLARED
    _compare(locked, answer if isinstance(answer, Identity) else None)
    locked.save()
    return locked


@transaction.atomic
def add_siret(organisation: Organisation, siret: str, *, by: User, answer: Answer) -> Organisation:
    """Complete with its SIRET an organisation entered without one; refuses the SIRET of another, with `AlreadyEntered`."""
    locked = lock(organisation)
    if not manages(by, locked) or locked.siret:
        raise PermissionDenied
    other = Organisation.objects.filter(siret=siret).first()
    if other is not None:
        raise AlreadyEntered(other)
    locked.siret, locked.identifier_kind = siret, IdentifierKind.SIRET
    _compare(locked, answer if isinstance(answer, Identity) else None)
    try:
        with transaction.atomic():
            locked.save()
    except IntegrityError:
        raise AlreadyEntered(Organisation.objects.get(siret=siret)) from None
    return locked


@transaction.atomic
def refresh_from_register(organisation: Organisation, *, by: User, answer: Answer) -> Organisation:
    """Compare with the register an organisation entered while it did not answer; what the person typed is never overwritten."""
    locked = lock(organisation)
    if not manages(by, locked):
        raise PermissionDenied
    _compare(locked, answer if isinstance(answer, Identity) else None)
    locked.save()
    return locked


@transaction.atomic
def verify_fact(organisation: Organisation, fact: VerifiedFact, outcome: str, *, by: User, means: str) -> Verification:
    """Staff judge one fact, apart from the others: identity or ESS (a `Trust`), or legal family (a `LegalFamily`)."""
    if not verifies(by):
        raise PermissionDenied
    locked = lock(organisation)
    column = {VerifiedFact.IDENTITY: "identity_trust", VerifiedFact.FAMILY: "verified_legal_family", VerifiedFact.ESS: "ess_trust"}[fact]
    setattr(locked, column, outcome)
    locked.save(update_fields=[column])
    return Verification.objects.create(organisation=locked, fact=fact, outcome=outcome, means=means, actor=by, at=clock.now())


def _column(kind: IdentifierKind) -> str:
    return {IdentifierKind.SIRET: "siret", IdentifierKind.RNA: "rna"}.get(kind, "other_identifier")


def _declare(organisation: Organisation, declaration: Declaration) -> None:
    for field in fields(declaration):
        value = getattr(declaration, field.name)
        setattr(organisation, field.name, list(value) if field.name == "roles" else value)
    organisation.commune_name = organisation.commune.name if organisation.commune else ""
    if organisation.legal_family != LegalFamily.COOPERATIVE:
        organisation.cooperative_form = ""


def _compare(organisation: Organisation, identity: Identity | None) -> None:
    """Take from the register what only it says, and mark what it says too; nothing of who opposed disclosure but the category."""
    if identity is None:
        return
    organisation.identity_checked_at = clock.now()
    organisation.undisclosed, organisation.closed_in_register = identity.undisclosed, identity.closed
    organisation.registered_ess = identity.registered_ess
    organisation.rna = organisation.rna or identity.rna
    known = set()
    for fact in REGISTER_FACTS:
        if value := getattr(identity, fact):
            setattr(organisation, fact, value)
            known.add(fact)
    for fact in COMPARED_FACTS:
        if (value := getattr(identity, fact)) and search_key(value) == search_key(getattr(organisation, fact)):
            known.add(fact)
    if organisation.commune is not None and organisation.commune == commune_of_code(identity.commune_code):
        known.add("commune_id")
    organisation.register_facts = sorted(known)
    if "name" in known and organisation.identity_trust == Trust.DECLARED:
        organisation.identity_trust = Trust.REGISTER
    if identity.registered_ess and organisation.ess_trust == Trust.DECLARED:
        organisation.ess_trust = Trust.REGISTER
