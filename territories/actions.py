"""Every write on areas: there is one, the loading of a vintage."""

from dataclasses import dataclass

from django.db import connection, transaction

from kit import clock
from territories.enums import AreaKind
from territories.models import AreaLoad
from territories.names import search_form
from territories.source import Source, SourceRow


class OlderVintage(Exception):
    """The database already holds a newer vintage than the one to load."""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did; nothing at all when the same data was already there."""

    vintage: int
    written: int = 0
    ended: int = 0
    already_there: bool = False


_COLUMNS = (
    "kind, code, name, search_name, search_terms, postcodes, population, first_vintage, last_vintage,"
    " region_code, departement_code, epci_code, commune_code, successor_code"
)

_PREPARE = """
CREATE TEMPORARY TABLE incoming (
    id bigint DEFAULT nextval(pg_get_serial_sequence('territories_area', 'id')), kind varchar(15), code varchar(9),
    name varchar(120), search_name varchar(130), search_terms text, postcodes varchar(5)[], population integer,
    first_vintage smallint, last_vintage smallint,
    region_code text, departement_code text, epci_code text, commune_code text, successor_code text
) ON COMMIT DROP
"""

# Identifiers are given before the rows go in, so that links between areas are written in the same statement.
_IDENTIFY = """
UPDATE incoming SET id = area.id FROM territories_area area WHERE area.kind = incoming.kind AND area.code = incoming.code
"""

_UPSERT = """
INSERT INTO territories_area AS area (
    id, kind, code, name, search_name, search_terms, postcodes, population, first_vintage, last_vintage,
    region_id, departement_id, epci_id, commune_id, successor_id
)
SELECT incoming.id, incoming.kind, incoming.code, incoming.name, incoming.search_name, incoming.search_terms, incoming.postcodes,
       incoming.population, incoming.first_vintage, incoming.last_vintage, region.id, departement.id, epci.id, commune.id, successor.id
FROM incoming
LEFT JOIN incoming region ON region.kind = 'region' AND region.code = incoming.region_code
LEFT JOIN incoming departement ON departement.kind = 'departement' AND departement.code = incoming.departement_code
LEFT JOIN incoming epci ON epci.kind = 'epci' AND epci.code = incoming.epci_code
LEFT JOIN incoming commune ON commune.kind = 'commune' AND commune.code = incoming.commune_code
LEFT JOIN incoming successor ON successor.kind = 'commune' AND successor.code = incoming.successor_code
ORDER BY incoming.id
ON CONFLICT (kind, code) DO UPDATE SET
    name = CASE WHEN excluded.last_vintage IS NULL THEN excluded.name ELSE area.name END,
    search_name = CASE WHEN excluded.last_vintage IS NULL THEN excluded.search_name ELSE area.search_name END,
    search_terms = excluded.search_terms, postcodes = excluded.postcodes, population = excluded.population,
    last_vintage = CASE WHEN excluded.last_vintage IS NULL THEN NULL ELSE coalesce(area.last_vintage, excluded.last_vintage) END,
    region_id = excluded.region_id, departement_id = excluded.departement_id, epci_id = excluded.epci_id,
    commune_id = excluded.commune_id, successor_id = excluded.successor_id
WHERE (area.name, area.search_name, area.search_terms, area.postcodes, area.population, area.last_vintage IS NULL,
       area.region_id, area.departement_id, area.epci_id, area.commune_id, area.successor_id)
   IS DISTINCT FROM
      (excluded.name, excluded.search_name, excluded.search_terms, excluded.postcodes, excluded.population, excluded.last_vintage IS NULL,
       excluded.region_id, excluded.departement_id, excluded.epci_id, excluded.commune_id, excluded.successor_id)
"""

# An area is never deleted: others may refer to it. One that the new vintage does not name has ended with the previous one.
_END = """
UPDATE territories_area area SET last_vintage = greatest(%s, area.first_vintage)
WHERE area.last_vintage IS NULL
  AND NOT EXISTS (SELECT 1 FROM incoming WHERE incoming.kind = area.kind AND incoming.code = area.code)
"""

# The planner must know of the rows at once, and the first searches must not pay for what the trigram indexes put off.
_SETTLE = """
SELECT gin_clean_pending_list('area_search_name_trigram'), gin_clean_pending_list('area_search_terms_trigram'),
       gin_clean_pending_list('area_postcodes')
"""


@transaction.atomic
def load_areas(source: Source) -> LoadReport:
    """Bring the table to the vintage of `source`: adds, changes, ends areas, deletes none; does nothing when already there.

    Refuses (`OlderVintage`) to go back in time. Two loads at once wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE territories_areaload IN SHARE ROW EXCLUSIVE MODE")
        last = AreaLoad.objects.first()
        if last and last.digest == source.digest:
            return LoadReport(source.vintage, already_there=True)
        if last and last.vintage > source.vintage:
            raise OlderVintage(f"The database holds the COG of {last.vintage}; that of {source.vintage} is older.")
        previous = last.vintage if last and last.vintage < source.vintage else source.vintage - 1
        cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming")
        cursor.execute(_PREPARE)
        with cursor.copy(f"COPY incoming ({_COLUMNS}) FROM STDIN") as copy:
            for row in source.rows():
                copy.write_row(_values(row, source.vintage, previous))
        cursor.execute("CREATE INDEX ON incoming (kind, code)")
        cursor.execute("ANALYZE incoming (kind, code)")
        cursor.execute(_IDENTIFY)
        cursor.execute(_UPSERT)
        written = cursor.rowcount
        cursor.execute(_END, [previous])
        ended = cursor.rowcount
        cursor.execute(_SETTLE)
        cursor.execute("ANALYZE territories_area")
    AreaLoad.objects.create(vintage=source.vintage, digest=source.digest, loaded_at=clock.now())
    return LoadReport(source.vintage, written, ended)


def _values(row: SourceRow, vintage: int, previous: int) -> tuple[object, ...]:
    gone = row.successor != ""
    return (
        str(AreaKind(row.kind)),
        row.code,
        row.name,
        search_form(row.name),
        row.search_terms,
        list(row.postcodes),
        row.population,
        previous if gone else vintage,
        previous if gone else None,
        row.region,
        row.departement,
        row.epci,
        row.commune,
        row.successor,
    )
