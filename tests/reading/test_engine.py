"""The engine inside the process beside the one that starts a child a run: the same words, limits and sentences."""

from __future__ import annotations

import inspect
import json
import sys
from collections import Counter
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
from typer.testing import CliRunner

from pipeline import ocr, ocr_tesserocr
from pipeline.cli import app
from pipeline.errors import DocumentError, RunError, UnreadPages
from pipeline.ingest import ingest_file
from pipeline.model import PageImage
from pipeline.nightly import plan_night
from pipeline.ocr_pytesseract import page_turn
from pipeline.page_cache import cache_path
from pipeline.settings import ENGINES, Settings, settings_from
from pipeline.tesseract import STACK
from pipeline.versions import changed_stages, pipeline_version, reading_version
from tests.reading.pages import SCANS, drawn, one_worker, read_file, words
from tests.shims import CallCounter

needs_tesserocr = pytest.mark.skipif(find_spec("tesserocr") is None, reason="needs tesserocr: pip install '.[tesserocr]'")


@pytest.fixture
def page() -> PageImage:
    return PageImage(1, np.array(drawn("ubnd-xa")[0].convert("L")), 200)


@pytest.fixture
def afresh():
    """As in a process that has not looked for Tesseract yet."""
    ocr_tesserocr._system_tessdata.cache_clear()
    yield
    ocr_tesserocr._system_tessdata.cache_clear()


# ---- what it reads


@needs_tesserocr
def test_both_engines_read_nearly_the_same_words(settings, tmp_path, monkeypatch, afresh):
    tesseract, read = CallCounter("tesseract", tmp_path, monkeypatch), {}
    for engine in ENGINES:
        before = tesseract.calls
        pages = read_file(SCANS / "trung-tam-gdtx.tif", replace(settings, engine=engine))
        text = "\n".join(line.raw_text for page in pages for line in page.lines)
        assert "KẾ HOẠCH" in text and "86/KH-TTGDTX" in text, engine
        read[engine] = Counter(words(text)), tesseract.calls - before
    (theirs, children), (ours, asked) = read.values()
    assert (theirs & ours).total() >= 0.97 * max(theirs.total(), ours.total())
    assert children >= 2 and asked == 1, "one child a run, against the one question where the language data is"


@needs_tesserocr
def test_what_was_read_before_changes_nothing(settings, page):
    """The tables must not depend on who read which page after which."""
    inside = replace(settings, engine="tesserocr")
    first = ocr.read_page(page, inside)
    ocr.read_page(replace(page, pixels=page.pixels[:900]), inside, STACK)
    assert ocr.read_page(page, inside) == first and sum(map(len, first.lines)) > 100


@needs_tesserocr
def test_a_run_that_takes_too_long_is_cut_off_and_the_next_one_reads(settings, page):
    inside = replace(settings, engine="tesserocr")
    with pytest.raises(DocumentError, match="Trang 1: nhận dạng chữ quá 0 giây"):
        ocr.read_page(page, replace(inside, ocr_timeout_s=0.001))
    assert ocr.read_page(page, inside).lines


@needs_tesserocr
def test_a_document_that_takes_too_long_fails_with_the_page_named(settings):
    with pytest.raises(UnreadPages, match="nhận dạng chữ quá") as caught:
        read_file(SCANS / "ubnd-xa.jpg", one_worker(settings, engine="tesserocr", ocr_timeout_s=0.001))
    assert list(caught.value.reasons) == [1]


# ---- what may be missing


def test_a_missing_package_stops_the_run_and_says_what_to_install(settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "tesserocr", None)
    with pytest.raises(RunError, match=r"pip install '\.\[tesserocr\]'"):
        read_file(SCANS / "ubnd-xa.jpg", replace(settings, engine="tesserocr"))


@needs_tesserocr
def test_a_missing_language_stops_the_run(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(RunError, match="tesseract-ocr-vie"):
        read_file(SCANS / "ubnd-xa.jpg", replace(settings, engine="tesserocr"))


@needs_tesserocr
def test_a_missing_tesseract_stops_the_run(settings, tmp_path, monkeypatch, afresh):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RunError, match="Thiếu Tesseract"):
        read_file(SCANS / "trung-tam-gdtx.tif", replace(settings, engine="tesserocr"))


def test_a_missing_tesseract_is_said_where_a_page_may_lie_on_its_side(settings, page, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RunError, match="Thiếu Tesseract"):
        page_turn(page, settings)


# ---- who chooses


def test_an_unknown_engine_is_named(monkeypatch):
    with pytest.raises(RunError, match="“tesseract”: chọn pytesseract hoặc tesserocr"):
        Settings(engine="tesseract")
    monkeypatch.setenv("KEHOACH_ENGINE", "abbyy")
    with pytest.raises(RunError, match="abbyy"):
        settings_from()


def test_the_option_goes_before_the_environment_and_that_before_the_default(monkeypatch):
    monkeypatch.delenv("KEHOACH_ENGINE", raising=False)
    assert Settings().engine == settings_from().engine == "pytesseract"
    monkeypatch.setenv("KEHOACH_ENGINE", "tesserocr")
    assert Settings().engine == settings_from().engine == "tesserocr"
    assert settings_from(engine="pytesseract").engine == "pytesseract"


@pytest.mark.parametrize(
    ("command", "taker"),
    [
        (["ingest", str(SCANS / "ubnd-xa.jpg")], "flows.run_ingest"),
        (["watch", "inbox", "--once"], "pipeline.watch.run_watch"),
        (["nightly"], "pipeline.nightly.plan_night"),
        (["read", str(SCANS / "ubnd-xa.jpg")], "pipeline.reading.read_pages"),
        (["doctor"], "pipeline.doctor.examine"),
        (["evaluate", "--ocr"], "pipeline.evaluate_ocr.print_ocr"),
        (["evaluate", "--restoration"], "pipeline.evaluate_restoration.print_restoration"),
        (["evaluate", str(SCANS.parent)], "pipeline.evaluate.evaluate_plan"),
    ],
)
def test_every_command_that_reads_takes_the_engine(command, taker, tmp_path, monkeypatch):
    class Taken(Exception):
        pass

    def take(*given: object, **named: object) -> None:
        raise Taken(next(value.engine for value in (*given, *named.values()) if isinstance(value, Settings)))

    monkeypatch.setattr(taker, take)
    monkeypatch.setenv("KEHOACH_OUTPUTS", str(tmp_path))
    for words_, environment in (([*command, "--engine", "tesserocr"], {}), (command, {"KEHOACH_ENGINE": "tesserocr"})):
        done = CliRunner().invoke(app, words_, env=environment)
        assert isinstance(done.exception, Taken) and done.exception.args == ("tesserocr",), done.output


def test_a_night_under_prefect_keeps_the_engine(settings, monkeypatch):
    import flows

    monkeypatch.setattr(flows, "_run", lambda run, *given: inspect.signature(run.fn).bind(*given).arguments)
    assert flows.run_nightly(replace(settings, engine="tesserocr"), is_accepting_losses=False)["engine"] == "tesserocr"
    kept = {}
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    monkeypatch.setattr(flows.nightly, "serve", lambda **given: kept.update(given["parameters"]))
    flows.serve_nightly(replace(settings, engine="tesserocr"), "0 2 * * *")
    assert inspect.signature(flows.nightly.fn).bind(**kept).arguments["engine"] == "tesserocr"


# ---- what is kept


def test_another_engine_is_another_reading_and_the_default_keeps_its_name(settings, corpus):
    before = replace(settings, engine="pytesseract")
    after = replace(before, engine="tesserocr")
    assert reading_version(before).replace(".", "").isdigit(), "what was read before there was a choice stays valid"
    assert cache_path("ab", reading_version(before), before) != cache_path("ab", reading_version(after), after)
    ingest_file(corpus / "scans" / "benh-vien-tra-lung.txt", before)
    assert plan_night(before) == () and len(plan_night(after)) == 1
    assert changed_stages(after, pipeline_version(before)) == {"reading"}


@needs_tesserocr
def test_doctor_names_the_engine_and_the_tesseract_that_it_brings(tmp_path):
    def told(*words_: str) -> str:
        shown = CliRunner().invoke(app, ["doctor", "--json", "-o", str(tmp_path), *words_])
        return next(check["found"] for check in json.loads(shown.stdout) if check["name"] == "engine")

    assert told("--engine", "pytesseract") == "pytesseract"
    assert told("--engine", "tesserocr").startswith("tesserocr, Tesseract 5.")
