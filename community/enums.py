"""Closed lists about organisations and their members."""

from django.db import models


class LegalFamily(models.TextChoices):
    """Families of the social and solidarity economy (loi n° 2014-856 du 31 juillet 2014, art. 1 II), and what is outside them."""

    ASSOCIATION = "association", "Association"
    COOPERATIVE = "cooperative", "Coopérative"
    MUTUAL = "mutuelle", "Mutuelle ou union de mutuelles"
    FOUNDATION = "fondation", "Fondation ou fonds de dotation"
    COMMERCIAL = "societe", "Société commerciale de l’ESS"
    PUBLIC = "public", "Collectivité ou organisme public"
    OTHER = "autre", "Autre"


class CooperativeForm(models.TextChoices):
    """Cooperative forms that the INSEE legal category does not tell (a SCIC in SAS is a plain 5710)."""

    SCOP = "scop", "SCOP"
    SCIC = "scic", "SCIC"
    CAE = "cae", "Coopérative d’activité et d’emploi"
    HLM = "hlm", "Coop’HLM"
    OTHER = "autre", "Autre coopérative"


class IdentifierKind(models.TextChoices):
    """How an organisation is identified."""

    SIRET = "siret", "Numéro SIRET"
    RNA = "rna", "Numéro RNA (association sans SIRET)"
    ALSACE_MOSELLE = "alsace_moselle", "Registre des associations d’Alsace-Moselle"
    RIDET = "ridet", "Numéro RIDET (Nouvelle-Calédonie)"
    PENDING = "en_cours", "Immatriculation en cours"


class Role(models.TextChoices):
    """What an organisation is on the platform; it may be several at once."""

    APPLICANT = "porteur", "Porte des projets"
    SUPPORT = "accompagnement", "Accompagne des porteurs de projets"
    FUNDER = "financement", "Finance des projets"
    TERRITORY = "territoire", "Fait partie d’un collectif territorial"


class Trust(models.TextChoices):
    """How far a fact is believed."""

    DECLARED = "declare", "Déclaré, à vérifier"
    REGISTER = "repertoire", "Repris du répertoire officiel"
    VERIFIED = "verifie", "Vérifié par l’administration"
    CONTRADICTED = "contredit", "Contredit par l’administration"


class EssEvidence(models.TextChoices):
    """What shows that an organisation belongs to the social and solidarity economy."""

    STATUS = "statut", "Forme juridique (association, coopérative, mutuelle, fondation)"
    ESS_FLAG = "mention_ess", "Mention ESS au registre du commerce"
    ESUS = "esus", "Agrément ESUS en cours de validité"
    BYLAWS = "statuts", "Statuts conformes à l’article 1er de la loi de 2014"
    NONE = "aucune", "Aucune pour le moment"


class MemberRole(models.TextChoices):
    """What a member may do for the organisation."""

    ADMINISTRATOR = "administrateur", "Administration"
    EDITOR = "editeur", "Rédaction"
    READER = "lecteur", "Lecture"


class MemberStanding(models.TextChoices):
    """Whether the membership is only claimed, or proven."""

    DECLARED = "declare", "Déclaré"
    VERIFIED = "verifie", "Vérifié"


class MemberOrigin(models.TextChoices):
    """How a person came to be a member."""

    FOUNDER = "saisie", "A saisi l’organisation"
    INVITATION = "invitation", "Par invitation"
    CLAIM = "demande", "Par sa propre demande"


class MemberEventKind(models.TextChoices):
    """What happened to a member."""

    JOINED = "arrivee", "Devient membre"
    VERIFIED = "verification", "Rattachement vérifié"
    ROLE_CHANGED = "role", "Change de rôle"
    REMOVED = "retrait", "N’est plus membre"
    LEFT = "depart", "Quitte l’organisation"


class VerifiedFact(models.TextChoices):
    """What staff verify of an organisation, each apart."""

    IDENTITY = "identite", "Identité"
    FAMILY = "famille", "Famille juridique"
    ESS = "ess", "Appartenance à l’ESS"


class ClaimState(models.TextChoices):
    """What became of a person's claim to act for an organisation that was already entered."""

    OPEN = "open", "En attente"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"


class InvitationState(models.TextChoices):
    """What became of an invitation; that it expired is a matter of the clock."""

    SENT = "sent", "Envoyée"
    ACCEPTED = "accepted", "Acceptée"
    REVOKED = "revoked", "Annulée"


class DisputeState(models.TextChoices):
    """Whether staff settled a dispute."""

    OPEN = "open", "À examiner"
    SETTLED = "settled", "Tranché"


class DisputeDecision(models.TextChoices):
    """What staff decided about the contested person."""

    KEPT = "maintenu", "La personne reste membre"
    REMOVED = "retire", "La personne n’agit plus pour l’organisation"
    VERIFIED = "verifie", "La personne agit bien pour l’organisation : elle est vérifiée"


class MandateState(models.TextChoices):
    """What became of a mandate; that it expired is a matter of the clock."""

    ASKED = "asked", "Demandé"
    GRANTED = "granted", "Accordé"
    REFUSED = "refused", "Refusé"
    REVOKED = "revoked", "Révoqué"
