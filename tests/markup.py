"""What a test reads in a page: its title, headings, ids, links, forms, and what the policy of contents would refuse."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

FIELDS = {"input", "select", "textarea", "button"}


@dataclass(slots=True)
class Form:
    method: str
    action: str
    names: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)


class Markup(HTMLParser):
    """`Markup(text)` has read it all."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lang = ""
        self.title = ""
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.forms: list[Form] = []
        self.inline: list[str] = []
        self.pointed: list[str] = []
        self._inside: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in {"title", "h1"} and "svg" not in self._inside:
            self._inside.append(tag)
            if tag == "h1":
                self.headings.append("")
        elif tag == "svg":
            self._inside.append(tag)
        if tag == "html":
            self.lang = attributes.get("lang", "")
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        self._note_form(tag, attributes)
        self._note_inline(tag, attributes)
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            self.pointed.extend(attributes.get(name, "").split())

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside and self._inside[-1] == "title":
            self.title += data
        elif self._inside and self._inside[-1] == "h1":
            self.headings[-1] += data

    def _note_form(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "form":
            self.forms.append(Form(attributes.get("method", "get").lower(), attributes.get("action", "")))
        elif tag in FIELDS and attributes.get("name") and self.forms:  # a field after its form counts for it: more is asked, not less
            form = self.forms[-1]
            (form.files if attributes.get("type") == "file" else form.names).add(attributes["name"])

    def _note_inline(self, tag: str, attributes: dict[str, str]) -> None:
        is_data = attributes.get("type") in {"application/json", "application/ld+json"}
        if tag == "style" or (tag == "script" and "src" not in attributes and not is_data):
            self.inline.append(f"<{tag}>")
        self.inline.extend(f"{tag} {name}" for name in attributes if name == "style" or name.startswith("on"))
