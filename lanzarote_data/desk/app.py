"""The pages of the desk. They call the functions that the commands call, and hold no logic."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from importlib.resources import files
from io import BytesIO

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from jinja2 import ChoiceLoader, PackageLoader, StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from lanzarote_data.desk import work
from lanzarote_data.desk.changes import ROWS_PER_PAGE, ChangeList
from lanzarote_data.desk.desk import FORMS, WISHES, Desk, Wishes
from lanzarote_data.desk.inbox import HandIn
from lanzarote_data.desk.preview import WorkbooksPreview, lines
from lanzarote_data.desk.safety import LARGEST_UPLOAD, Session
from lanzarote_data.desk.work import Since, releases_of
from lanzarote_data.model.errors import LanzaroteError, reason_of
from lanzarote_data.release.make import plan_release
from lanzarote_data.store.history import HandIn as Entry
from lanzarote_data.store.history import read_history
from lanzarote_data.store.tables import package_bytes, read_sound_tables, read_tables
from lanzarote_data.text.difference import word_difference
from lanzarote_data.text.words import load_words
from lanzarote_data.validate.package import validate_package
from lanzarote_data.workbook.form import KINDS
from lanzarote_data.workbook.layout import view_of
from lanzarote_data.workbook.review import review_bytes
from lanzarote_data.workbook.status import workbook_paths
from lanzarote_data.workbook.write import workbook_bytes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ASSETS = {"site.css": "site", "icon.svg": "site", "desk.css": "desk", "desk.js": "desk"}
DESK = "DESK"

Answer = str | AnyResponse | tuple[str, int]
pages = Blueprint("desk", __name__)


def create_app(desk: Desk, session: Session) -> Flask:
    """The application: the pages of a desk, for the browser of a session alone."""
    app = Flask(__name__, static_folder=None)
    app.config[DESK] = desk
    session.protect(app)
    loaders = (PackageLoader(f"lanzarote_data.{name}") for name in ("desk", "render"))
    environment = app.jinja_env
    environment.loader = ChoiceLoader(list(loaders))
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    known = {"limit": LARGEST_UPLOAD, "known_wishes": WISHES, "package": desk.package}
    environment.globals.update(known, t=load_words(), desk=desk)
    filters = {"word_difference": word_difference, "lines": lines, "time": _local, "here": _here}
    environment.filters.update(filters)
    app.context_processor(lambda: {"number": _page()})
    app.register_error_handler(LanzaroteError, _refused)
    app.register_error_handler(OSError, _not_written)
    app.register_error_handler(HTTPException, _failed)
    app.register_blueprint(pages, url_prefix=session.path)
    return app


def _local(time: str | datetime) -> str:
    """A time as the people here tell it."""
    moment = datetime.fromisoformat(time) if isinstance(time, str) else time
    here = moment.astimezone()
    return f"{here.day} {here:%B %Y, %H:%M}"


def _here(hint: str) -> str:
    """A hint without what helps at a command line alone: an option is the box with its label."""
    words = load_words().below("desk.wish.")
    for wish in WISHES:
        hint = hint.replace(f"--{wish.replace('_', '-')}", f"“{words[wish]}”")
    sentences = re.split(r"(?<=[.;])\s+", re.sub(r" \('lanzarote [^)]*\)", "", hint))
    return " ".join(s for s in sentences if not re.search(r"'lanzarote |(^|[ (])--[a-z]", s))


def _refused(reason: LanzaroteError) -> Answer:
    """What cannot be done, in words: those of the command."""
    return render_template("refused.html", message=reason.message, hint=reason.hint), 409


def _not_written(fault: OSError) -> Answer:
    """What the system does not allow."""
    message = load_words()("desk.error.os", file=fault.filename or "", reason=reason_of(fault))
    return render_template("refused.html", message=message, hint=""), 409


def _failed(fault: HTTPException) -> Answer:
    """A request that is refused, or for something that does not exist."""
    code = fault.code or 500
    words = load_words().below("desk.error.")
    message = words.get(str(code), words["other"])
    if code in (403, 421):  # who may not use the desk sees nothing of it
        return Response(f"{message}\n", code, mimetype="text/plain")
    return render_template("refused.html", message=message, hint=""), code


def _desk() -> Desk:
    desk: Desk = current_app.config[DESK]
    return desk


def _waiting(name: str) -> HandIn:
    """The hand-in of this name, if it still waits."""
    found = _desk().inbox.find(name)
    if found is None:
        abort(404)
    if found.state != "waiting":
        abort(410)
    return found


def _wishes(given: Mapping[str, str]) -> Wishes:
    return frozenset(name for name in WISHES if given.get(name))


def _told(done: bool) -> dict[str, str]:
    """What the next page is to tell: that all is shown again, since it has changed."""
    return {} if done else {"again": "1"}


def _by(given: Mapping[str, str]) -> str:
    return given.get("by", "").strip()[:100]


def _listed(entries: Sequence[Entry]) -> ChangeList:
    changes = [change for one in entries for change in one.changes]
    return ChangeList(changes, read_tables(_desk().package).tables)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        abort(400)


def _page() -> int:
    """The page of a long list that is asked for, from 1."""
    return request.args.get("page", 1, int)


def _to(page: str, **values: object) -> AnyResponse:
    return redirect(url_for(f"desk.{page}", **values), 303)  # type: ignore[arg-type]


@pages.get("/")
def start() -> Answer:
    """How the workbooks stand, what waits, and the place to hand in files."""
    desk = _desk()
    waiting = desk.inbox.all("waiting")
    return render_template("start.html", workbooks=desk.status(), waiting=waiting)


@pages.post("/hand-in")
def receive() -> Answer:
    """Keep the files that were handed in, each factsheet by itself; show the first."""
    desk = _desk()
    given = [(f.filename or "", f.read()) for f in request.files.getlist("files") if f.filename]
    if not given:
        return _to("start")
    return _to("show", name=desk.receive(given)[0].id)


@pages.get("/hand-in/<name>")
def show(name: str) -> Answer:
    """What a hand-in would do or, once it was applied, what it did."""
    desk = _desk()
    hand_in = desk.inbox.find(name) or abort(404)
    if hand_in.state != "waiting":
        entries = desk.entries(hand_in) if hand_in.state == "applied" else []
        told = {"hand_in": hand_in, "entries": entries, "listed": _listed(entries)}
        return render_template("done.html", **told)
    wishes = _wishes(request.args)
    digest, preview = desk.preview(hand_in, wishes)
    told = {"hand_in": hand_in, "preview": preview, "digest": digest, "wishes": wishes}
    return render_template("source.html" if hand_in.is_source else "hand_in.html", **told)


@pages.post("/hand-in/<name>/correct")
def correct(name: str) -> Answer:
    """Write what was corrected and settled on the page into the workbooks."""
    done = _desk().correct(_waiting(name), request.form)
    return _to("show", name=name, **_told(done))


@pages.post("/hand-in/<name>/apply")
def apply(name: str) -> Answer:
    """Import a hand-in, all or nothing, if it is as it was shown."""
    given = request.form
    done = _desk().apply(_waiting(name), given.get("digest", ""), _wishes(given), _by(given))
    return _to("show", name=name, **_told(done))


@pages.post("/hand-in/<name>/aside")
def put_aside(name: str) -> Answer:
    """Take a hand-in off the list; its files are kept."""
    _desk().inbox.move(_waiting(name), "aside")
    return _to("start")


@pages.get("/hand-in/<name>/review/<int:number>")
def review(name: str, number: int) -> Answer:
    """The marked copy of a workbook that was handed in."""
    _, preview = _desk().preview(_waiting(name))
    if not isinstance(preview, WorkbooksPreview) or number >= len(preview.outcome.workbooks):
        abort(404)
    workbook = preview.outcome.workbooks[number]
    return _download(review_bytes(workbook), f"{workbook.path.stem}.review.xlsx")


@pages.get("/history")
def history() -> Answer:
    """What was imported, by whom, newest first."""
    log = read_history(_desk().package)
    last = -(-len(log.hand_ins) // ROWS_PER_PAGE)
    shown = log.hand_ins[::-1][(_page() - 1) * ROWS_PER_PAGE :][:ROWS_PER_PAGE]
    return render_template("history.html", log=log, shown=shown, pages=last)


@pages.get("/history/<int:sequence>")
def entry(sequence: int) -> Answer:
    """One import and its changes."""
    log = read_history(_desk().package)
    found = [one for one in log.hand_ins if one.sequence == sequence] or abort(404)
    undone = log.undone.get(sequence)
    return render_template("entry.html", one=found[0], undone=undone, listed=_listed(found))


@pages.get("/history/<int:sequence>/undo")
def undo(sequence: int) -> Answer:
    """What undoing an import would do."""
    digest, outcome, listed = _desk().would_undo(sequence)
    told = {"sequence": sequence, "digest": digest, "outcome": outcome, "listed": listed}
    return render_template("undo.html", **told)


@pages.post("/history/<int:sequence>/undo")
def do_undo(sequence: int) -> Answer:
    """Undo an import."""
    done = _desk().undo(sequence, request.form.get("digest", ""), _by(request.form))
    return _to("history") if done else _to("undo", sequence=sequence, **_told(done))


@pages.get("/workbook/<name>.xlsx")
def workbook(name: str) -> Answer:
    """A fresh workbook."""
    tables = read_sound_tables(_desk().package)
    view = view_of(tables, name) or abort(404)
    return _download(workbook_bytes(tables, view), f"{view.name}.xlsx")


@pages.get("/forms")
def forms() -> Answer:
    """The reporting forms: make one, and what is open in those that were made."""
    desk = _desk()
    parties = read_sound_tables(desk.package).rows("parties")
    return render_template("forms.html", forms=desk.forms(), parties=parties, kinds=[*KINDS])


@pages.post("/forms")
def make_form() -> Answer:
    """Write a form."""
    desk, given = _desk(), request.form
    party, addressee, due = (given.get(name, "") for name in ("party", "addressee", "due"))
    if addressee not in KINDS or not read_sound_tables(desk.package).find("parties", party):
        abort(400)
    done = desk.make_form(party, addressee, _day(due) if due else "")
    if done.state == "kept":
        raise LanzaroteError(f"{done.path.name} was not written: {done.reason}.")
    return _to("forms")


@pages.get("/form/<name>")
def form(name: str) -> Answer:
    """A form that was made."""
    package = _desk().package
    if name not in {path.name for path in workbook_paths(package, FORMS)}:
        abort(404)
    return _download(package_bytes(package, f"{FORMS}/{name}"), name)


@pages.get("/release")
def release() -> Answer:
    """The steps to a release: what is wrong, what changed since the last one, the version."""
    package = _desk().package
    found = releases_of(package)
    named = [path for path in found if path.name == request.args.get("previous", path.name)]
    since = Since(package, named[0] if named else None)
    told = {"problems": validate_package(package.path), "today": date.today().isoformat()}
    return render_template("release.html", found=found, since=since, **told)


@pages.post("/release")
def make() -> Answer:
    """Begin to make a release."""
    desk, given = _desk(), request.form
    named = [p for p in releases_of(desk.package) if p.name == given.get("previous")]
    previous = named[0] if named else None
    plan = plan_release(desk.package, given.get("version", ""), given.get("date", ""), previous)
    errors = [problem for problem in plan.problems if problem.severity == "error"]
    if errors:
        raise LanzaroteError(errors[0].message, errors[0].hint)
    desk.begin("release", partial(work.release, plan))
    return _to("progress")


@pages.post("/site")
def site() -> Answer:
    """Begin to write the site."""
    _desk().begin("site", partial(work.site, _desk().package))
    return _to("progress")


@pages.get("/work")
def progress() -> Answer:
    """How far the work in the background is, or what came of it."""
    return render_template("work.html", work=_desk().work or abort(404))


@pages.get("/releases/<name>")
def archive(name: str) -> Answer:
    """A release that was made here."""
    found = [path for path in releases_of(_desk().package) if path.name == name] or abort(404)
    return send_file(found[0], as_attachment=True)


@pages.post("/stop")
def stop() -> Answer:
    """End the program."""
    _desk().stop()
    return render_template("stopped.html")


@pages.get("/assets/<name>")
def asset(name: str) -> Answer:
    """A style sheet, script or picture; the looks are those of the site."""
    if name not in ASSETS:
        abort(404)
    content = files(f"lanzarote_data.{ASSETS[name]}") / "assets" / name
    return send_file(BytesIO(content.read_bytes()), download_name=name)


def _download(content: bytes, name: str) -> Response:
    return send_file(BytesIO(content), XLSX, as_attachment=True, download_name=name)
