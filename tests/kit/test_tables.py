"""Tables created together are those that one operation each would create."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from kit.tables import CreateModels

pytestmark = pytest.mark.django_db


def key():
    return ("id", models.BigAutoField(primary_key=True))


SHELF = migrations.CreateModel("Shelf", [key()])
BOOK = migrations.CreateModel(
    "Book",
    [key(), ("title", models.CharField(max_length=10)), ("shelf", models.ForeignKey("shop.Shelf", models.CASCADE))],
    options={"constraints": [models.UniqueConstraint(fields=("title", "shelf"), name="shop_book_once")]},
)


def tables():
    return {name for name in connection.introspection.table_names() if name.startswith("shop_")}


def after(operation, before):
    state = before.clone()
    operation.state_forwards("shop", state)
    return state


def test_state_is_that_of_one_operation_each():
    one_by_one = after(BOOK, after(SHELF, ProjectState()))

    assert after(CreateModels([SHELF, BOOK]), ProjectState()) == one_by_one


def test_models_drawn_before_see_the_new_ones():
    before = ProjectState()
    _ = before.apps

    state = after(CreateModels([SHELF, BOOK]), before)

    assert state.apps.get_model("shop", "Shelf").book_set.rel.related_model is state.apps.get_model("shop", "Book")


def test_tables_come_and_go_together():
    operation = CreateModels([SHELF, BOOK])
    before = ProjectState()
    state = after(operation, before)

    with connection.schema_editor() as editor:
        operation.database_forwards("shop", editor, before, state)
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, "shop_book")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    created = tables()
    with connection.schema_editor() as editor:
        operation.database_backwards("shop", editor, state, before)

    assert created == {"shop_shelf", "shop_book"}
    assert constraints["shop_book_once"]["unique"]
    assert [found["foreign_key"] for found in constraints.values() if found["foreign_key"]] == [("shop_shelf", "id")]
    assert tables() == set()


def test_description_names_every_model():
    assert CreateModels([SHELF, BOOK]).describe() == "Create models Shelf, Book"
