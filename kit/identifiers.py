"""The numbers that name an organisation or reach it: SIREN, SIRET, RNA, RIDET, telephone; cleaned as people type them, refused with a sentence."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siren as stdnum_siren, siret as stdnum_siret

SIREN_LENGTH = 9
SIRET_LENGTH = 14
RNA_LENGTH = 10
RNA = re.compile(r"W[0-9A-Z]{9}")
STRICT_RNA = re.compile(r"W[0-9]{9}")
RIDET = re.compile(r"[0-9]{6,7}")
DIGITS = re.compile(r"[0-9]+")
SEPARATORS = ".-_/"
PHONE_SIGNS = "()"
NATIONAL_PHONE = re.compile(r"0[1-9][0-9]{8}")
SHORT_PHONE = re.compile(r"(?:3[0-9]{3}|10[0-9]{2}|11[0-9]|11[0-9]{4})")
OVERSEAS_PHONE = re.compile(r"\+(?:(?:508|681|687)[0-9]{6}|689[0-9]{8})")
"""Saint-Pierre-et-Miquelon, Wallis-et-Futuna, New Caledonia and Polynesia number apart; the other territories dial 0 and nine digits."""
FRENCH_PREFIX = re.compile(r"(?:\+|00)(?:33|262|590|594|596)0?(?=[0-9]{9}$)")
LONGEST_TYPED = 60
NBSP = "\u00a0"
OVERSEAS_PREFIXES = {
    "590": ("590", "690", "691"),
    "594": ("594", "694"),
    "596": ("596", "696", "697"),
    "262": ("262", "263", "269", "639", "692", "693"),
}
"""The country code that stands before national numbers beginning so; +33 before the others."""
ABROAD = re.compile(r"\+[1-9][0-9]{6,14}")
TWO_DIGITS = re.compile(r"(?:2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])")
"""Country codes of two digits; those of North America and Russia have one, all the others three."""


def clean_siret(text: str) -> str:
    """The 14 digits of a SIRET; a SIREN, a RNA or a slip of the keyboard is named, with what to do."""
    number = _compact(text)
    if not number:
        raise ValidationError("Saisissez le numéro SIRET : 14 chiffres.", code="required")
    if RNA.fullmatch(number):
        raise ValidationError(
            "Vous avez saisi un numéro RNA. Un SIRET compte 14 chiffres : si votre association n’en a pas, choisissez l’identifiant RNA.",
            code="rna",
        )
    _only_digits(number, "Un SIRET ne contient que des chiffres (14) : retirez les lettres et les autres signes.")
    if len(number) == SIREN_LENGTH:
        raise ValidationError(
            "Vous avez saisi un SIREN (9 chiffres). Le SIRET en compte 14 : ce sont ces 9 chiffres suivis des 5 du numéro "
            "de l’établissement (NIC), que donne l’avis de situation de l’Insee.",
            code="siren",
        )
    _exact_length(number, SIRET_LENGTH, "Un SIRET")
    try:
        return str(stdnum_siret.validate(number))
    except StdnumError:
        raise ValidationError(
            "Ce SIRET n’existe pas : sa clé de contrôle est fausse. Comparez chaque chiffre avec votre avis de situation de l’Insee.",
            code="check_digit",
        ) from None


def clean_siren(text: str) -> str:
    """The 9 digits of a SIREN; a SIRET is named as such."""
    number = _compact(text)
    if not number:
        raise ValidationError("Saisissez le numéro SIREN : 9 chiffres.", code="required")
    _only_digits(number, "Un SIREN ne contient que des chiffres (9) : retirez les lettres et les autres signes.")
    if len(number) == SIRET_LENGTH:
        raise ValidationError(
            "Vous avez saisi un SIRET (14 chiffres). Le SIREN en compte 9 : gardez seulement les 9 premiers chiffres.", code="siret"
        )
    _exact_length(number, SIREN_LENGTH, "Un SIREN")
    try:
        return str(stdnum_siren.validate(number))
    except StdnumError:
        raise ValidationError(
            "Ce SIREN n’existe pas : sa clé de contrôle est fausse. Comparez chaque chiffre avec votre avis de situation de l’Insee.",
            code="check_digit",
        ) from None


def clean_rna(text: str) -> str:
    """A RNA number: W and nine digits, some of the oldest having letters among them."""
    number = _compact(text)
    if not number:
        raise ValidationError("Saisissez le numéro RNA : la lettre W suivie de 9 signes.", code="required")
    if DIGITS.fullmatch(number) and len(number) in {SIREN_LENGTH, SIRET_LENGTH}:
        raise ValidationError(
            "Un numéro RNA commence par la lettre W. Si votre association a un numéro SIRET, choisissez cet identifiant ; "
            "sinon, recopiez le numéro W… du récépissé de la préfecture.",
            code="siret",
        )
    if not number.startswith("W"):
        raise ValidationError(
            "Un numéro RNA commence par la lettre W, suivie de 9 signes : il figure sur le récépissé de la préfecture.", code="letter"
        )
    _exact_length(number, RNA_LENGTH, "Un numéro RNA", "signes, W compris")
    if not RNA.fullmatch(number):
        raise ValidationError(
            "Après la lettre W, un numéro RNA ne contient que des chiffres et, parfois, des lettres sans accent.", code="signs"
        )
    return number


def is_strict_rna(number: str) -> bool:
    """Whether open-data schemas (SCDL) accept this RNA number: W and nine digits."""
    return STRICT_RNA.fullmatch(number) is not None


def clean_ridet(text: str) -> str:
    """The 6 or 7 digits of a RIDET, the register of New Caledonia; it has no check digit that is published."""
    number = _compact(text)
    if not number:
        raise ValidationError("Saisissez le numéro RIDET : 6 ou 7 chiffres.", code="required")
    _only_digits(number, "Un RIDET ne contient que des chiffres (6 ou 7) : retirez les lettres et les autres signes.")
    if not RIDET.fullmatch(number):
        raise ValidationError(f"Un RIDET compte 6 ou 7 chiffres ; vous en avez saisi {len(number)}.", code="length")
    return number


def clean_phone(text: str) -> str:
    """A telephone of France or of its overseas territories, in groups: `+33 1 23 45 67 89` gives `01 23 45 67 89`; short numbers too."""
    number = "".join(sign for sign in _compact(text) if sign not in PHONE_SIGNS)
    if not number:
        raise ValidationError("Saisissez un numéro de téléphone, par exemple 01 23 45 67 89.", code="required")
    national = FRENCH_PREFIX.sub("0", number)
    overseas = f"+{number[2:]}" if number.startswith("00") else number
    if NATIONAL_PHONE.fullmatch(national):
        return _in_groups(national, 2)
    if SHORT_PHONE.fullmatch(number):
        return _in_groups(number, 2) if len(number) % 2 == 0 else number
    if OVERSEAS_PHONE.fullmatch(overseas):
        return f"{overseas[:4]}{NBSP}{_in_groups(overseas[4:], 2)}"
    raise ValidationError(
        "Ce numéro de téléphone ne semble pas exact : un numéro français compte 10 chiffres et commence par 0 (01 23 45 67 89), un numéro "
        "court en compte 4 (3939). Pour la Nouvelle-Calédonie, la Polynésie, Wallis-et-Futuna et Saint-Pierre-et-Miquelon, commencez par "
        "l’indicatif (+687 25 60 00). Un seul numéro, sans autre mot.",
        code="phone",
    )


def clean_any_phone(text: str) -> str:
    """A telephone of any country as `+33123456789`, which no two ways of typing it tell apart; without an international code, it is French."""
    number = "".join(sign for sign in _compact(text) if sign not in PHONE_SIGNS)
    if national := NATIONAL_PHONE.fullmatch(FRENCH_PREFIX.sub("0", number)):
        digits = national[0][1:]
        code = next((code for code, starts in OVERSEAS_PREFIXES.items() if digits.startswith(starts)), "33")
        return f"+{code}{digits}"
    abroad = f"+{number[2:]}" if number.startswith("00") else number
    if ABROAD.fullmatch(abroad) and not abroad.startswith("+33"):
        return abroad
    raise ValidationError(
        "Ce numéro de téléphone ne semble pas exact : un numéro français compte 10 chiffres et commence par 0 (01 23 45 67 89) ; hors de "
        "France, commencez par l’indicatif du pays (+32 2 123 45 67). Un seul numéro, sans autre mot.",
        code="phone",
    )


def say_phone(number: str) -> str:
    """`+33123456789` as `01 23 45 67 89`; of another country, its code and then pairs: `+32 2 12 34 56 78`."""
    if NATIONAL_PHONE.fullmatch(national := FRENCH_PREFIX.sub("0", number)):
        return _in_groups(national, 2)
    digits = number.removeprefix("+")
    code = digits[: 1 if digits[:1] in {"1", "7"} else 2 if TWO_DIGITS.match(digits) else 3]
    rest = digits[len(code) :]
    head = len(rest) % 2
    return NBSP.join(filter(None, (f"+{code}", rest[:head], _in_groups(rest[head:], 2))))


def siren_of(siret: str) -> str:
    """The legal person's number inside an establishment's."""
    return siret[:SIREN_LENGTH]


def siret_in_groups(siret: str) -> str:
    """`55208131766522` as `552 081 317 66522`, with no-break spaces; anything else is given back unchanged."""
    return f"{siren_in_groups(siret[:SIREN_LENGTH])}\u00a0{siret[SIREN_LENGTH:]}" if len(siret) == SIRET_LENGTH else siret


def siren_in_groups(siren: str) -> str:
    """`552081317` as `552 081 317`, with no-break spaces; anything else is given back unchanged."""
    return "\u00a0".join((siren[:3], siren[3:6], siren[6:])) if len(siren) == SIREN_LENGTH else siren


def _in_groups(digits: str, size: int) -> str:
    return NBSP.join(digits[start : start + size] for start in range(0, len(digits), size))


def _compact(text: str) -> str:
    """What was typed without the spaces, dots, hyphens and invisible signs that people put between groups, in capitals."""
    if len(text) > LONGEST_TYPED:
        raise ValidationError("Ce texte est trop long pour être un numéro d’identification.", code="length")
    folded = unicodedata.normalize("NFKC", text)
    kept = (
        sign for sign in folded if not sign.isspace() and sign not in SEPARATORS and unicodedata.category(sign) not in {"Cf", "Pd", "Cc"}
    )
    return "".join(kept).upper()


def _only_digits(number: str, sentence: str) -> None:
    if not DIGITS.fullmatch(number):
        raise ValidationError(sentence, code="digits")


def _exact_length(number: str, length: int, subject: str, unit: str = "chiffres") -> None:
    if len(number) != length:
        raise ValidationError(f"{subject} compte {length} {unit} ; vous en avez saisi {len(number)}.", code="length")
