"""A few real areas, without loading the whole official geographic code."""

import factory

from territories.enums import AreaKind
from territories.models import Area
from territories.names import search_form

VINTAGE = 2026


class AreaFactory(factory.django.DjangoModelFactory):
    """A commune unless told; `postcodes` and `other_names` are searchable."""

    class Meta:
        model = Area
        django_get_or_create = ("kind", "code")
        exclude = ("other_names",)

    class Params:
        gone = factory.Trait(first_vintage=VINTAGE - 1, last_vintage=VINTAGE - 1)

    kind = AreaKind.COMMUNE
    code = factory.Sequence(lambda n: f"{10000 + n}")
    name = factory.Sequence(lambda n: f"Villeneuve-{n}")
    postcodes: list[str] = []
    other_names: list[str] = []
    search_name = factory.LazyAttribute(lambda o: search_form(o.name))
    search_terms = factory.LazyAttribute(
        lambda o: (
            "".join(f"|{term}" for term in [*map(search_form, o.other_names), *o.postcodes]) + "|" * bool(o.other_names or o.postcodes)
        )
    )
    first_vintage = VINTAGE


def load_few_areas() -> dict[str, Area]:
    """Some areas by key (`commune:75056`): homonyms, overseas, accents, apostrophes, articles, a district, a former commune."""
    regions = {
        code: AreaFactory(kind=AreaKind.REGION, code=code, name=name)
        for code, name in {
            "11": "Île-de-France",
            "04": "La Réunion",
            "28": "Normandie",
            "52": "Pays de la Loire",
            "84": "Auvergne-Rhône-Alpes",
        }.items()
    }
    departements = {
        code: AreaFactory(kind=AreaKind.DEPARTEMENT, code=code, name=name, region=regions[region])
        for code, name, region in (
            ("01", "Ain", "84"),
            ("42", "Loire", "84"),
            ("72", "Sarthe", "52"),
            ("75", "Paris", "11"),
            ("76", "Seine-Maritime", "28"),
            ("93", "Seine-Saint-Denis", "11"),
            ("94", "Val-de-Marne", "11"),
            ("974", "La Réunion", "04"),
        )
    }
    epci = AreaFactory(
        kind=AreaKind.EPCI,
        code="244200770",
        name="Saint-Étienne Métropole",
        population=400000,
        departement=departements["42"],
        region=regions["84"],
    )
    communes = [
        AreaFactory(
            code=code, name=name, departement=departements[departement], region=departements[departement].region, postcodes=codes, **more
        )
        for code, name, departement, codes, more in (
            ("75056", "Paris", "75", ["75001", "75011", "75020"], {"population": 2103778}),
            ("42218", "Saint-Étienne", "42", ["42000", "42100"], {"population": 173136, "epci": epci}),
            ("76575", "Saint-Étienne-du-Rouvray", "76", ["76800"], {"population": 28000}),
            ("94038", "L'Haÿ-les-Roses", "94", ["94240"], {"population": 31000}),
            ("76351", "Le Havre", "76", ["76600", "76610"], {"population": 166000}),
            ("72181", "Le Mans", "72", ["72000"], {"population": 145000}),
            ("93066", "Saint-Denis", "93", ["93200", "93210"], {"population": 150000}),
            ("97411", "Saint-Denis", "974", ["97400", "97490"], {"population": 156000}),
            ("01015", "Arboys en Bugey", "01", ["01300"], {"population": 640, "other_names": ["Arbignieu", "Saint-Bois"]}),
        )
    ]
    by_key = {area.key: area for area in (*regions.values(), *departements.values(), epci, *communes)}
    district = AreaFactory(
        kind=AreaKind.DISTRICT,
        code="75111",
        name="Paris 11e Arrondissement",
        postcodes=["75011"],
        population=138170,
        commune=by_key["commune:75056"],
        departement=departements["75"],
        region=regions["11"],
    )
    former = AreaFactory(code="01340", name="Saint-Bois", gone=True, departement=departements["01"], successor=by_key["commune:01015"])
    return {**by_key, district.key: district, former.key: former}
