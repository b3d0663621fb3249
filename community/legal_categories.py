"""What an INSEE legal category says of a legal family: it suggests or contradicts, it never decides.

Source: nomenclature of legal categories (INSEE), grouped by family after the law n° 2014-856, art. 1 II. A SCOP or a SCIC in the form of
a SAS is a plain 5710: a code of a commercial company therefore contradicts neither « coopérative » nor « société commerciale ».
"""

from community.enums import CooperativeForm, LegalFamily
from kit.search_key import search_key

UNDECLARED_ASSOCIATION = "9210"

LABELS: dict[str, str] = {
    "5410": "SARL",
    "5458": "SCOP en SARL",
    "5460": "Coopérative en SARL (SCIC comprise)",
    "5498": "SARL unipersonnelle",
    "5499": "SARL",
    "5558": "SCOP en SA",
    "5560": "Coopérative en SA (SCIC comprise)",
    "5599": "Société anonyme",
    "5699": "Société anonyme",
    "5710": "SAS",
    "5720": "SAS unipersonnelle",
    "6317": "Société coopérative agricole",
    "6411": "Société d’assurance à forme mutuelle",
    "7210": "Commune",
    "7220": "Département",
    "7230": "Région",
    "7344": "Métropole",
    "7346": "Communauté de communes",
    "7348": "Communauté d’agglomération",
    "7361": "Centre communal d’action sociale",
    "7410": "Groupement d’intérêt public",
    "8210": "Mutuelle",
    "8250": "Assurance mutuelle agricole",
    "8290": "Organisme mutualiste",
    "9210": "Association non déclarée",
    "9220": "Association déclarée",
    "9221": "Association déclarée d’insertion par l’économique",
    "9222": "Association intermédiaire",
    "9223": "Groupement d’employeurs",
    "9230": "Association reconnue d’utilité publique",
    "9260": "Association de droit local (Alsace-Moselle)",
    "9300": "Fondation",
}

_ASSOCIATIONS = {"9210", "9220", "9221", "9222", "9223", "9230", "9260"}
_FOUNDATIONS = {"9300"}
_MUTUALS = {"8210", "8290", "6411", "8250"}
_COOPERATIVES = {
    *("5191", "5192", "5193", "5194", "5195", "5196", "5203", "5307", "5309", "5443", "5451", "5453", "5454", "5455", "5458", "5459"),
    *("5460", "5543", "5547", "5551", "5552", "5553", "5554", "5555", "5558", "5559", "5560", "5643", "5647", "5651", "5652", "5653"),
    *("5654", "5655", "5658", "5659", "5660", "6100", "6316", "6317", "6318", "6543", "6551", "6554", "6558", "6560", "6595", "6596"),
}
_SCOP = {"5458", "5558", "5658"}
_COMMERCIAL = {"5410", "5498", "5499", "5599", "5699", "5710", "5720"}
_PUBLIC = {"7210", "7220", "7230", "7340", "7343", "7344", "7346", "7348", "7354", "7355", "7357", "7361", "7410"}

_FAMILIES: tuple[tuple[set[str], LegalFamily], ...] = (
    (_ASSOCIATIONS, LegalFamily.ASSOCIATION),
    (_FOUNDATIONS, LegalFamily.FOUNDATION),
    (_MUTUALS, LegalFamily.MUTUAL),
    (_COOPERATIVES, LegalFamily.COOPERATIVE),
    (_PUBLIC, LegalFamily.PUBLIC),
)
# A fonds de dotation has no code of its own: it is filed under 9300, or under 9900 with every other private body.
_TOLERATED = {"9300": {LegalFamily.FOUNDATION}, "9900": {LegalFamily.FOUNDATION, LegalFamily.OTHER}}
# These co-operatives are commercial companies too, and an employers' group may be one.
_ALSO = {LegalFamily.COOPERATIVE: {LegalFamily.COMMERCIAL}}


def suggested_family(code: str) -> LegalFamily | None:
    """The family that `code` suggests; none for a commercial company, which only proof makes one of the ESS."""
    return next((family for codes, family in _FAMILIES if code in codes), None)


def suggested_form(code: str, name: str) -> CooperativeForm | str:
    """The cooperative form that `code` suggests, or the name of a company that says it: only SCOP in SARL or SA have codes of their own."""
    if code in _SCOP:
        return CooperativeForm.SCOP
    if code not in _COOPERATIVES | _COMMERCIAL:
        return ""
    return next((form for form in (CooperativeForm.SCIC, CooperativeForm.SCOP) if form in search_key(name).split()), "")


def contradicts(code: str, family: str) -> bool:
    """Whether `code` speaks against the declared `family`; an unknown or absent code never does."""
    if code in _TOLERATED:
        return family not in _TOLERATED[code]
    if code in _COMMERCIAL:
        return family not in {LegalFamily.COMMERCIAL, LegalFamily.COOPERATIVE, LegalFamily.OTHER}
    suggested = suggested_family(code)
    return suggested is not None and family != suggested and family not in _ALSO.get(suggested, set())


def has_no_personality(code: str) -> bool:
    """An undeclared association is not a legal person: it can sign nothing and receive no subsidy."""
    return code == UNDECLARED_ASSOCIATION


def label(code: str) -> str:
    """The category in words, with its code."""
    return f"{LABELS[code]} ({code})" if code in LABELS else code
