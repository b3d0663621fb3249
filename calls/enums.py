"""Closed lists about calls, forms and dossiers."""

from django.db import models


class CallKind(models.TextChoices):
    """Legal natures of a call."""

    PROJECTS = "aap", "Appel à projets"
    INTEREST = "ami", "Appel à manifestation d’intérêt"
    APPLICATIONS = "candidature", "Appel à candidatures"
    LABEL = "label", "Campagne de labellisation"


class RoundState(models.TextChoices):
    """What staff did with a round; whether it is open is a matter of the clock."""

    DRAFT = "draft", "En préparation"
    PUBLISHED = "published", "Publiée"
    CANCELLED = "cancelled", "Annulée"


class Phase(models.TextChoices):
    """Where a round stands at an instant; the labels agree with « session »."""

    PREPARATION = "preparation", "En préparation"
    COMING = "coming", "À venir"
    OPEN = "open", "Ouverte"
    CLOSED = "closed", "Close"
    CANCELLED = "cancelled", "Annulée"

    def said_of(self, kind: CallKind) -> str:
        """Beside the call's kind, which is masculine, but for « campagne »."""
        masculine = {Phase.OPEN: "Ouvert", Phase.CLOSED: "Clos", Phase.CANCELLED: "Annulé"} if kind != CallKind.LABEL else {}
        return masculine.get(self, str(self.label))


class KnownFact(models.TextChoices):
    """What the platform knows of an organisation and may offer as an answer."""

    CREATION = "creation", "Date de création de l’organisation"
    ESS_EVIDENCE = "preuve_ess", "Ce qui atteste son appartenance à l’ESS"
    FAMILY = "famille", "Famille juridique"
    COMMUNE = "commune", "Commune du siège"


class GuestAccess(models.TextChoices):
    """What a person invited to help with one dossier may do there."""

    READ = "lecture", "Lire"
    EDIT = "ecriture", "Lire et modifier les réponses"


class ImplicitDecision(models.TextChoices):
    """What the administration's silence means (CRPA L231-1 and L231-4)."""

    REJECTION = "rejet", "Rejet implicite"
    ACCEPTANCE = "acceptation", "Acceptation implicite"


class DeclarationKind(models.TextChoices):
    """Declarations that a round may ask of whoever deposits."""

    SWORN = "honneur", "Déclaration sur l’honneur"
    REPUBLICAN_COMMITMENT = "cer", "Contrat d’engagement républicain"
    DE_MINIMIS = "de_minimis", "Aides de minimis reçues"
    OTHER = "autre", "Autre engagement"


class QuestionKind(models.TextChoices):
    """What an answer is made of."""

    SHORT_TEXT = "short_text", "Texte court"
    LONG_TEXT = "long_text", "Texte long"
    NUMBER = "number", "Nombre"
    AMOUNT = "amount", "Montant en euros"
    DATE = "date", "Date"
    YES_NO = "yes_no", "Oui ou non"
    SINGLE_CHOICE = "single_choice", "Un choix dans une liste"
    MULTIPLE_CHOICE = "multiple_choice", "Plusieurs choix dans une liste"
    COMMUNE = "commune", "Commune"
    EPCI = "epci", "Intercommunalité (EPCI)"
    DEPARTEMENT = "departement", "Département"
    EMAIL = "email", "Adresse électronique"
    PHONE = "phone", "Téléphone"
    URL = "url", "Adresse d’un site"
    PARTNER = "partner", "Organisation partenaire (SIRET)"
    GROUP = "group", "Groupe de colonnes qui se répète"
    BUDGET = "budget", "Budget équilibré (charges et ressources)"
    YEARS = "years", "Tableau d’années"
    FILES = "files", "Un ou plusieurs fichiers"


class BudgetSide(models.TextChoices):
    """The two halves of a budget, which must come to the same."""

    CHARGES = "charges", "Charges"
    RESOURCES = "ressources", "Ressources"


class FileFamily(models.TextChoices):
    """Formats of files that a question may ask for."""

    DOCUMENTS = "documents", "Documents (PDF, DOCX, ODT)"
    SHEETS = "tableurs", "Tableurs (XLSX, ODS)"
    PICTURES = "images", "Images (JPEG, PNG)"


class Visibility(models.TextChoices):
    """Who may read an answer once the dossier is no longer preparatory (CRPA L311-1 and L311-6)."""

    PUBLIC = "public", "Public"
    COMMUNICABLE = "communicable", "Communicable sur demande"
    CONFIDENTIAL = "confidential", "Confidentiel"


class ApplicationState(models.TextChoices):
    """The dossier's own state; admissibility, eligibility, review and decision are records of their own."""

    DRAFT = "draft", "Brouillon"
    DEPOSITED = "deposited", "Déposé"
    WITHDRAWN = "withdrawn", "Retiré"


class Capacity(models.TextChoices):
    """In what capacity a person deposits."""

    LEGAL_REPRESENTATIVE = "representant_legal", "Représentant légal de l’organisation"
    DELEGATE = "delegataire", "Personne ayant reçu délégation"
    AGENT = "mandataire", "Mandataire (structure d’accompagnement)"


class Outcome(models.TextChoices):
    """What a human found."""

    FAVOURABLE = "oui", "Oui"
    UNFAVOURABLE = "non", "Non"


class ExportFormat(models.TextChoices):
    """Files that lists are written to; the workbook first, since it keeps numbers and identifiers whole."""

    XLSX = "xlsx", "Classeur Excel (XLSX)"
    CSV = "csv", "Texte (CSV)"


class AnnouncementState(models.TextChoices):
    """What became of an announcement."""

    DUE = "due", "À écrire"
    DONE = "done", "Terminée"
    FAILED = "failed", "En échec"


class AttachmentState(models.TextChoices):
    """Where a file that someone gives stands."""

    RECEIVING = "receiving", "Envoi en cours"
    CHECKING = "checking", "Recherche de virus en cours"
    READY = "ready", "Prêt"
    INFECTED = "infected", "Infecté"
    REFUSED = "refused", "Refusé"


class ExportState(models.TextChoices):
    """Where the writing of a file stands."""

    ASKED = "asked", "En attente"
    RUNNING = "running", "En cours"
    DONE = "done", "Prêt"
    FAILED = "failed", "Échec"
    EXPIRED = "expired", "Fichier effacé"


class CheckOutcome(models.TextChoices):
    """What the check of a receipt answers."""

    AUTHENTIC = "authentic", "Accusé authentique"
    ALTERED = "altered", "Document modifié"
    BROKEN = "broken", "Sceau rompu"
    UNSEALED = "unsealed", "Accusé pas encore scellé"
    ELIMINATED = "eliminated", "Dossier éliminé"
    UNKNOWN = "unknown", "Accusé inconnu"


class AmendmentState(models.TextChoices):
    DRAFT = "draft", "en préparation"
    PUBLISHED = "published", "publié"


class ChangeKind(models.TextChoices):
    """What an amendment may do; whatever could undo a deposit needs a new round."""

    TEXT = "text", "texte corrigé"
    RELAXATION = "relaxation", "règle assouplie"
    ADDITION = "addition", "question facultative ajoutée"


class Mode(models.TextChoices):
    """How the rows of a condition hold together: one level, no parentheses."""

    ALL = "all", "Toutes ces lignes à la fois"
    ANY = "any", "Une de ces lignes au moins"


class Operator(models.TextChoices):
    """How a row of a condition compares an answer; which kinds know it: `calls/conditions/operators.py`."""

    EQUALS = "equals", "est"
    DIFFERENT = "different", "n’est pas"
    ONE_OF = "one_of", "est, ou comprend, l’une des valeurs"
    CONTAINS = "contains", "contient"
    NOT_CONTAINS = "not_contains", "ne contient pas"
    GREATER = "greater", "est plus grand que, ou après le"
    AT_LEAST = "at_least", "est au moins, ou à partir du"
    LESS = "less", "est plus petit que, ou avant le"
    AT_MOST = "at_most", "est au plus, ou jusqu’au"
    IN_AREA = "in_area", "est dans le territoire"
    NOT_IN_AREA = "not_in_area", "est hors du territoire"
    ANSWERED = "answered", "a une réponse"
    NOT_ANSWERED = "not_answered", "n’a pas de réponse"


class RuleOutcome(models.TextChoices):
    """What the answers say of a rule of eligibility; a person may find otherwise."""

    MET = "met", "Remplie"
    NOT_MET = "not_met", "Non remplie"
    UNKNOWN = "unknown", "Ne peut pas encore être vérifiée"


class EliminationState(models.TextChoices):
    """How far a list of dossiers to eliminate is on its way to the archives and back (code du patrimoine, L212-2 and R212-14)."""

    PREPARED = "prepared", "En préparation"
    SUBMITTED = "submitted", "Soumis au visa"
    APPROVED = "approved", "Visé par les archives"
    CARRYING_OUT = "carrying_out", "Élimination en cours"
    CARRIED_OUT = "carried_out", "Éliminé"
    ABANDONED = "abandoned", "Abandonné"


class EliminationGround(models.TextChoices):
    """Why a dossier is due for elimination."""

    WITHDRAWN = "withdrawn", "Dossier retiré"
    INADMISSIBLE = "inadmissible", "Dossier irrecevable"
    INELIGIBLE = "ineligible", "Dossier inéligible"
    EXPIRED = "expired", "Durée de conservation échue"
    REQUEST = "request", "Demande d’effacement"
