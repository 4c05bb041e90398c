"""The frame of the HTML pages of a release: one file each, no script, nothing from elsewhere."""

from __future__ import annotations

from lanzarote_data.text.markup import PAGE_POLICY, escape

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem;
  color: #1a1a1a; background: #fff }
h1, h2 { color: #1F3864; line-height: 1.25 }
h2 { margin-top: 2.5rem; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { border: 1px solid #C9CED6; padding: .4rem .6rem; text-align: left; vertical-align: top;
  white-space: pre-line; overflow-wrap: anywhere }
th { background: #F3F4F6 }
table.change { table-layout: fixed }
table.change th:first-child { width: 9rem }
code { overflow-wrap: anywhere }
del { background: #F6D5CF; text-decoration: none }
ins { background: #DDEBDD; text-decoration: none }
"""


def page(title: str, body: str) -> str:
    """A whole HTML page; ``body`` is HTML, ``title`` plain text."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{PAGE_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )
