"""What the page of a section asks when the SIRET of a partner has been typed: who is it?"""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from accounts.models import SignedInRequest
from calls.actions.partner import name_partner
from kit.identifiers import clean_siret

UNREACHED = "Numéro exact d’après ses chiffres. Le répertoire officiel ne répond pas pour le moment : le nom sera cherché de nouveau."


@require_GET
def partner_name(request: SignedInRequest) -> HttpResponse:
    try:
        siret = clean_siret(request.GET.get("siret", ""))
    except ValidationError:
        return JsonResponse({"said": ""})  # what is wrong is said beside the field, by the save
    found = name_partner(siret)
    return JsonResponse({"said": found.said if found else UNREACHED})
