"""What a Word file needs and python-docx has no words for: footnotes, links, contents, one form."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any, cast

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from lanzarote_data.text.document import LOST_LINK_STYLE, PRACTICE_STYLE, URGENCY_STYLE

_BLUE = RGBColor(0x0B, 0x3D, 0x7A)
_FONT = "Arial"
_FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_FOOTNOTES = f"""<w:footnotes {nsdecls("w", "r")}>
<w:footnote w:type="separator" w:id="-1"><w:p><w:pPr><w:spacing w:after="0"/></w:pPr>
<w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:pPr><w:spacing w:after="0"/></w:pPr>
<w:r><w:continuationSeparator/></w:r></w:p></w:footnote>
</w:footnotes>"""
_SEPARATORS = f"""<w:footnotePr {nsdecls("w")}>
<w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>"""
_BOX = f"""<w:pBdr {nsdecls("w")}>{
    "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="6" w:color="9FB3CC"/>'
        for side in ("top", "left", "bottom", "right")
    )
}</w:pBdr>"""
_SHADE = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{{}}"/>'
_SAME_DATE = (1980, 1, 1, 0, 0, 0)


class Footnotes:
    """The part of a Word file that holds its footnotes."""

    def __init__(self, word: WordDocument) -> None:
        element = parse_xml(_FOOTNOTES)
        name = PackURI("/word/footnotes.xml")
        self._part = XmlPart(name, _FOOTNOTES_TYPE, element, cast("Any", word.part.package))
        word.part.relate_to(self._part, RELATIONSHIP_TYPE.FOOTNOTES)
        settings = word.settings.element
        compatibility = settings.find(qn("w:compat"))
        place = len(settings) if compatibility is None else settings.index(compatibility)
        settings.insert(place, parse_xml(_SEPARATORS))

    def add(self, paragraph: Paragraph, number: int) -> Paragraph:
        """Add the reference of a footnote to a paragraph; the footnote’s own, empty paragraph."""
        reference = paragraph.add_run(style="footnote reference")
        reference._r.append(_element("w:footnoteReference", id=str(number)))
        note = _element("w:footnote", id=str(number))
        inner = OxmlElement("w:p")
        note.append(inner)
        self._part.element.append(note)
        text = Paragraph(inner, cast("Any", _InPart(self._part, paragraph)))
        text.style = "footnote text"
        text.add_run(style="footnote reference")._r.append(OxmlElement("w:footnoteRef"))
        text.add_run(" ")
        return text


class _InPart:
    """The place of a paragraph: the part to which it belongs, for its links and its styles."""

    def __init__(self, part: XmlPart, near: Paragraph) -> None:
        self._links = part
        self._styles = near.part

    @property
    def part(self) -> _InPart:
        return self

    def relate_to(self, target: str, kind: str, is_external: bool) -> str:
        return self._links.relate_to(target, kind, is_external=is_external)

    def get_style(self, style_id: str | None, style_type: Any) -> Any:
        return self._styles.get_style(style_id, style_type)

    def get_style_id(self, style: Any, style_type: Any) -> str | None:
        return self._styles.get_style_id(style, style_type)


def add_link(paragraph: Paragraph, text: str, address: str) -> None:
    """Add words that lead to an address."""
    link = OxmlElement("w:hyperlink")
    number = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), number)
    _move_last_run(paragraph, text, link)


def add_bookmark(paragraph: Paragraph, chapter: int) -> None:
    """Mark a heading as the place of a chapter, to which the contents lead."""
    start = _element("w:bookmarkStart", id=str(chapter), name=f"chapter_{chapter}")
    paragraph._p.insert(1, start)
    paragraph._p.append(_element("w:bookmarkEnd", id=str(chapter)))


def add_contents(word: WordDocument, titles: Sequence[str]) -> None:
    """Add a table of contents that Word can make again: a line with a link for each chapter."""
    lines = [word.add_paragraph(style="toc 1") for _ in titles]
    for number, (line, title) in enumerate(zip(lines, titles, strict=True), start=1):
        if number == 1:
            _add_field_start(line, r' TOC \o "1-1" \h \z \n ')
        link = _element("w:hyperlink", anchor=f"chapter_{number}")
        _move_last_run(line, title, link)
    if lines:
        lines[-1].add_run()._r.append(_element("w:fldChar", fldCharType="end"))


def _add_field_start(paragraph: Paragraph, instruction: str) -> None:
    paragraph.add_run()._r.append(_element("w:fldChar", fldCharType="begin"))
    text = OxmlElement("w:instrText")
    text.text = instruction
    text.set(qn("xml:space"), "preserve")
    paragraph.add_run()._r.append(text)
    paragraph.add_run()._r.append(_element("w:fldChar", fldCharType="separate"))


def _move_last_run(paragraph: Paragraph, text: str, link: Any) -> None:
    link.append(paragraph.add_run(text, style="Hyperlink")._r)
    paragraph._p.append(link)


def add_page_foot(word: WordDocument, text: str) -> None:
    """Add a line and the number of the page at the foot of every page."""
    foot = word.sections[0].footer.paragraphs[0]
    foot.add_run(f"{text}\t\t")
    for instruction in ("PAGE", "NUMPAGES"):
        _add_field_start(foot, f" {instruction} ")
        foot.add_run("1")
        foot.add_run()._r.append(_element("w:fldChar", fldCharType="end"))
        if instruction == "PAGE":
            foot.add_run(" / ")


def set_styles(word: WordDocument) -> None:
    """Set the page and the styles: the look of a careful official document."""
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2.5)
    _set_font(word.styles["Normal"], 10.5)
    for name, size in (("Title", 22), ("Heading 1", 15), ("Heading 2", 12), ("Heading 3", 10.5)):
        _set_font(word.styles[name], size, bold=True, colour=_BLUE)
    _format(word, "Heading 1").page_break_before = True
    _format(word, "TOC Heading").page_break_before = False
    _set_font(word.styles["Footer"], 8)
    _set_font(word.styles["Subtitle"], 11, bold=True, colour=RGBColor(0x1B, 0x1B, 0x1B))
    _add_styles(word)
    _set_spaces(word)
    _drop_ballast(word)
    for language in word.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")


def _add_styles(word: WordDocument) -> None:
    """The styles that the default document does not have, by the names that Word gives them."""
    styles = word.styles
    for name, size in (("footnote text", 8), ("toc 1", 10.5), ("Notice", 10.5)):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name[0].islower())
        style.base_style = styles["Normal"]
        _set_font(style, size)
    _format(word, "footnote text").space_after = Pt(0)
    _format(word, "toc 1").space_after = Pt(3)
    _set_font(styles["TOC Heading"], 15, bold=True, colour=_BLUE)
    practice = styles.add_style(PRACTICE_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    practice.base_style = styles["Normal"]
    properties = cast("Any", practice.element).get_or_add_pPr()
    properties.append(parse_xml(_BOX))
    properties.append(parse_xml(_SHADE.format("EEF3F9")))
    cast("Any", styles["Notice"].element).get_or_add_pPr().append(
        parse_xml(_SHADE.format("FFF6DD"))
    )
    for indent in ("left_indent", "right_indent"):
        setattr(_format(word, PRACTICE_STYLE), indent, Cm(0.3))
    reference = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    reference.font.superscript = True
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
    link.font.color.rgb, link.font.underline = _BLUE, True
    styles.add_style(LOST_LINK_STYLE, WD_STYLE_TYPE.CHARACTER)
    styles.add_style(URGENCY_STYLE, WD_STYLE_TYPE.CHARACTER).font.bold = True


def _set_spaces(word: WordDocument) -> None:
    for name, before, after in (
        ("Heading 1", 0, 8),
        ("TOC Heading", 24, 8),
        ("Heading 2", 14, 6),
        ("Heading 3", 10, 6),
        ("Normal", 0, 7),
        ("List Bullet", 0, 5),
        ("List Bullet 2", 0, 3),
        ("List Bullet 3", 0, 3),
    ):
        form = _format(word, name)
        form.space_before, form.space_after = Pt(before), Pt(after)
        for close in word.styles[name].element.findall(f".//{qn('w:contextualSpacing')}"):
            close.getparent().remove(close)
    for wide in word.styles["Subtitle"].element.findall(f".//{qn('w:spacing')}[@{qn('w:val')}]"):
        wide.getparent().remove(wide)


def _drop_ballast(word: WordDocument) -> None:
    """Take out what the default document brings and ours has no use for: it is most of its size.

    That is a picture of an empty page, a second copy of the styles, and a hundred table styles.
    """
    styles = word.styles.element
    for style in list(styles):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:default")) != "1":
            styles.remove(style)
    for relations in (word.part.rels, word.part.package.rels):
        for number, relation in list(relations.items()):
            if relation.reltype.endswith(("/stylesWithEffects", "/thumbnail")):
                del relations[number]


def _format(word: WordDocument, name: str) -> Any:
    return cast(ParagraphStyle, word.styles[name]).paragraph_format


def _set_font(
    style: Any, size: float, bold: bool | None = None, colour: RGBColor | None = None
) -> None:
    """Set a style’s font for every script; themes, which would win over it, are taken out."""
    style.font.name, style.font.size, style.font.bold = _FONT, Pt(size), bold
    fonts = style.element.rPr.rFonts
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        theme = "cstheme" if script == "cs" else f"{script}Theme"
        fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn(f"w:{script}"), _FONT)
    if colour is not None:
        style.font.color.rgb = colour
        style.font.italic = False


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def same_bytes(content: bytes) -> bytes:
    """The same Word file with no dates in its archive, and stored as it is: on every machine the
    same bytes.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename, _SAME_DATE), old.read(entry))
    return file.getvalue()
