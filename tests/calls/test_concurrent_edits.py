"""Several tabs and people in one section, whatever they do in whatever order: no text that was accepted is lost without being shown."""

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import sampled_from

from tests.calls.cast import join, tell_story
from tests.factories.accounts import UserFactory

KEYS = ("need", "note")
ACTS = ("write", "write", "type", "save", "save both", "lose", "look", "keep", "take")


@dataclass
class Tab:
    """A page as its script keeps it: what its fields show, what the server acknowledged, and every text that it has shown."""

    client: Client
    shows: dict[str, str] = field(default_factory=dict)
    saved: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    conflicts: dict[str, int] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    revision: int = -1
    seen: set[str] = field(default_factory=set)


class Editing(RuleBasedStateMachine):
    """Tabs type, save (the answer may be lost), look at what changed, and settle their conflicts one way or the other."""

    @initialize()
    def begin(self):
        self.example = transaction.atomic()
        self.example.__enter__()
        self.story = tell_story(verified=True)
        self.application = self.story.start()
        ali = UserFactory()
        join(ali, self.story.organisation, verified=True)
        self.tabs = [self.open(self.story.carrier), self.open(self.story.carrier), self.open(ali)]
        self.typed = 0
        # for each key: the texts that were stored once, in order, and by which tab each was replaced
        self.history: dict[str, list[tuple[str, Tab]]] = {key: [] for key in KEYS}

    def teardown(self):
        if hasattr(self, "example"):
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def address(self, name: str) -> str:
        return reverse(f"calls:{name}", args=[self.application.uuid, "projet"])

    def open(self, person):
        client = Client()
        client.force_login(person)
        return Tab(client)

    @rule(tab=sampled_from(range(3)), act=sampled_from(ACTS), key=sampled_from(KEYS))
    def do(self, tab, act, key):
        """One rule, so that every example mixes everything."""
        tab = self.tabs[tab]
        match act:
            case "type":
                self.type(tab, key)
            case "write":
                self.type(tab, key)
                self.save(tab, (key,), lost=False)
            case "save" | "lose":
                self.save(tab, (key,), lost=act == "lose")
            case "save both":
                self.save(tab, KEYS, lost=False)
            case "look":
                self.look(tab)
            case "keep" | "take":
                self.settle(tab, key, keep=act == "keep")

    def type(self, tab, key):
        self.typed += 1
        tab.shows[key] = f"texte {self.typed}"
        tab.seen.add(tab.shows[key])

    def save(self, tab, keys, lost):
        """What the network took the answer of is asked again, with the very same texts over the same versions, before anything newer."""
        due = [key for key in keys if key not in tab.conflicts and tab.shows.get(key, "") != tab.saved.get(key, "")]
        sent = tab.lost or {key: tab.shows[key] for key in due}
        if not sent:
            return
        told = self.post(tab, sent)
        if lost:
            tab.lost = sent
            return
        tab.lost = {}
        for key, text in sent.items():
            one = told["fields"][f"q-{key}"]
            if one["kept"]:
                tab.saved[key], tab.versions[key] = text, one["version"]
            else:
                self.meet(tab, key, one["conflict"], one["trouble"])

    def post(self, tab, sent):
        data = {f"q-{key}": text for key, text in sent.items()}
        data |= {f"q-{key}-version": str(tab.versions.get(key, 0)) for key in sent}
        before = self.stored()
        told = tab.client.post(self.address("answer_save"), data).json()
        for key, text in self.stored().items():
            if before.get(key) != text:
                self.history[key].append((text, tab))
        return told

    def look(self, tab):
        seen = {f"q-{key}-version": str(version) for key, version in tab.versions.items()}
        answer = tab.client.get(self.address("answer_changes"), {**seen, "revision": str(tab.revision)})
        if answer.status_code == 204:
            return
        told = answer.json()
        tab.revision = told["revision"]
        for name, one in told["fields"].items():
            key = name.removeprefix("q-")
            if one["version"] <= max(tab.versions.get(key, 0), tab.conflicts.get(key, 0)):
                continue
            if key in tab.lost:
                continue  # its own answer is still to come
            if tab.shows.get(key, "") != tab.saved.get(key, ""):
                self.meet(tab, key, one["version"], one["trouble"])
            else:
                self.take(tab, key)

    def meet(self, tab, key, version, trouble):
        text = self.stored()[key]
        assert text in trouble
        tab.seen.add(text)
        tab.conflicts[key] = version

    def take(self, tab, key):
        text = self.stored()[key]
        tab.shows[key] = tab.saved[key] = text
        tab.versions[key] = self.application.answers.get(question_key=key).version
        tab.seen.add(text)
        tab.conflicts.pop(key, None)

    def settle(self, tab, key, keep):
        if key not in tab.conflicts or tab.lost:
            return
        if keep:
            tab.versions[key] = tab.conflicts.pop(key)
            tab.saved[key] = "\0"  # nothing: it is to be sent
            self.save(tab, (key,), lost=False)
        else:
            self.take(tab, key)

    def stored(self) -> dict[str, str]:
        return dict(self.application.answers.values_list("question_key", "typed"))

    @invariant()
    def whoever_replaced_a_text_had_seen_it(self):
        for written in self.history.values():
            for (replaced, _), (_, tab) in pairwise(written):
                assert replaced in tab.seen

    @invariant()
    def what_another_person_replaced_is_in_the_history(self):
        """The first two tabs are one person's."""
        for key, written in self.history.items():
            kept = set(self.application.answer_versions.filter(question_key=key).values_list("typed", flat=True))
            for (replaced, before), (_, after) in pairwise(written):
                if (before is self.tabs[2]) != (after is self.tabs[2]):
                    assert replaced in kept

    @invariant()
    def what_a_tab_believes_saved_was_stored(self):
        for key, written in self.history.items():
            accepted = {text for text, _ in written}
            for tab in {id(tab): tab for _, tab in written}.values():
                assert tab.saved.get(key, "") in accepted | {"", "\0"}


@pytest.mark.django_db
def test_no_accepted_text_is_lost_without_being_shown():
    run_state_machine_as_test(Editing, settings=settings(max_examples=25, stateful_step_count=20, deadline=None))
