"""What a person types into the form of an organisation, and where its page is."""

from django.urls import reverse


def typed(**changes):
    return {
        "name": "Les Jardins de la Ruche",
        "postcode": "75011",
        "commune": "Paris",
        "legal_family": "association",
        "ess_evidence": "statut",
        "roles": ["porteur", "accompagnement"],
        "website": "www.exemple.fr",
        **changes,
    }


def house_url(house):
    return reverse("community:organisation_detail", args=[house.uuid])
