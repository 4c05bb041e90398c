"""Changes as a page for people: what was added, removed and changed, words marked within texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lanzarote_data.model.changes import Change
from lanzarote_data.model.package import Package, Resource
from lanzarote_data.model.tables import Row, key_text
from lanzarote_data.text.difference import word_difference
from lanzarote_data.text.markup import PAGE_POLICY, escape

_STYLE = """
body { font: 16px/1.5 Georgia, serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #1b1b1b; background: #fff }
h1, h2, th, .kind { font-family: system-ui, sans-serif }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.5rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem; border-top: 1px solid #bbb }
th { width: 14rem; font-weight: 600; font-size: .9rem }
td { white-space: pre-line; overflow-wrap: anywhere }
del { background: #fbdcd8; color: #7a1608 } ins { background: #dbeedd; color: #12501f }
.kind { font-size: .85rem; color: #444 }
@media print { del { text-decoration: line-through } ins { text-decoration: underline } }
"""


def comparison_page(changes: Iterable[Change], package: Package, title: str) -> str:
    """The changes as one HTML page that needs nothing else, in the order given."""
    by_table: dict[str, list[Change]] = {}
    for change in changes:
        by_table.setdefault(change.resource, []).append(change)
    total = sum(map(len, by_table.values()))
    counted = "1 difference" if total == 1 else f"{total} differences"
    body = [f"<h1>{escape(title)}</h1>", f"<p>{counted}.</p>"]
    for name, items in by_table.items():
        resource = package.resource(name) if name in package else None
        body.append(f"<h2>{escape(resource.title if resource else name)}</h2>")
        body += _rows(items, resource)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{PAGE_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _rows(changes: Iterable[Change], resource: Resource | None) -> Iterator[str]:
    """A table for each row that changed, was added or removed."""
    by_key: dict[str, list[Change]] = {}
    for change in changes:
        by_key.setdefault(key_text(change.key), []).append(change)
    for key, items in by_key.items():
        kind = items[0].kind if items[0].field is None else "changed"
        cells = "".join(cell for change in items for cell in _cells(change, resource))
        caption = f"<h3>{escape(key)} <span class=kind>{kind}</span></h3>"
        yield f"{caption}\n<table>{cells}</table>"


def _cells(change: Change, resource: Resource | None) -> Iterator[str]:
    if change.field is not None:
        yield _cell(change.field, str(change.old), str(change.new), resource)
        return
    old: Row = change.old if isinstance(change.old, Mapping) else {}
    new: Row = change.new if isinstance(change.new, Mapping) else {}
    for field in dict.fromkeys([*old, *new]):
        if old.get(field) or new.get(field):
            yield _cell(field, old.get(field, ""), new.get(field, ""), resource)


def _cell(field: str, old: str, new: str, resource: Resource | None) -> str:
    known = resource is not None and field in resource
    name = resource.field(field).title if resource is not None and known else field
    tags = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}
    text = "".join(tags[run.mark].format(escape(run.text)) for run in word_difference(old, new))
    return f"<tr><th scope=row>{escape(name)}</th><td>{text}</td></tr>"
