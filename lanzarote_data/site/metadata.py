"""The metadata of the data set as schema.org JSON-LD, for search engines and catalogues."""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import quote

from markupsafe import Markup

from lanzarote_data.model.package import Package
from lanzarote_data.site.downloads import Sum


def json_ld(package: Package, files: Iterable[Sum], address: str = "") -> Markup:
    """The data set and its downloads as the content of a script element.

    Without the address of the site, links are relative to the page that they stand in.
    """
    descriptor = package.descriptor
    licences = [str(x.get("path") or x.get("title", "")) for x in descriptor.get("licenses", ())]
    content = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": package.title,
        "description": descriptor.get("description", ""),
        "version": package.version,
        "keywords": list(descriptor.get("keywords", ())),
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "license": licences,
        "creditText": descriptor.get("lanzarote:credit", ""),
        "creator": [_organization(x["title"]) for x in descriptor.get("contributors", ())],
        "distribution": [_download(file, address) for file in files],
    }
    if address:
        content["url"] = address
    text = json.dumps(content, ensure_ascii=False, indent=1)
    # '<' would let a text end the script element.
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))


def _organization(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name}


def _download(file: Sum, address: str) -> dict[str, str]:
    kind = "application/zip" if file.name.endswith(".zip") else "text/csv"
    return {
        "@type": "DataDownload",
        "name": file.name,
        "contentUrl": f"{address}data/{quote(file.name)}",
        "encodingFormat": kind,
        "contentSize": f"{file.size} B",
        "sha256": file.sha256,
    }
