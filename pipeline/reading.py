"""The pages of any supported file as raw lines in reading order: text where it is good, OCR where it is not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace

from pipeline import embedded, intake, ocr, preprocess, rasterise
from pipeline.docx_text import read_docx
from pipeline.errors import DocumentError, UnreadPages
from pipeline.layout import lines_of_page
from pipeline.model import BoundingBox, Line, OcrPage, PageImage, PageReading, PageReport, SourceFile, TextSource, Word
from pipeline.ocr_pytesseract import page_turn
from pipeline.plain_text import read_plain_text
from pipeline.preprocess.lines import at_x_height, stack_lines
from pipeline.running_heads import mark_running_heads
from pipeline.settings import Settings
from pipeline.stamps import find_stamps, lift_stamps, without_stamps
from pipeline.tesseract import STACK
from pipeline.vote import merge_readings

VERSION = 3
SUSPICIOUS = 0.6  # a word read with less confidence
DOUBTFUL = 0.9  # a word read with less is read again
COMPANY = 2  # with so many words on either side
FIRST_LOOK, SECOND_LOOK = 12.6, 14.0  # height of small letters, pixels: best of 11 to 19 on real scans
OnPage = Callable[[int, int], None]


def read_pages(source: SourceFile, settings: Settings, on_page: OnPage | None = None) -> list[PageReading]:
    """Every page of `source`, in order, exactly one reading each. `on_page(pages done, pages in all)`.

    Raises DocumentError: UnreadPages where some page could not be read, with what was read of the others.
    Raises RunError where a tool is missing.
    """
    if source.media_type == intake.TEXT:
        return _counted(read_plain_text(source.path), on_page)
    if source.media_type == intake.DOCX:
        return _counted(read_docx(source.path), on_page)
    if source.media_type == intake.PDF:
        pages = embedded.pdf_pages(source.path, settings)
        born = {page.page: _read_layer(page) for page in pages if page.text is not None}
        jobs = {page.page: _pdf_job(source, page, settings) for page in pages if page.text is None}
    else:
        born = {}
        count = rasterise.picture_page_count(source.path)
        jobs = {page: _picture_job(source, page, settings) for page in range(1, count + 1)}
    return mark_running_heads(_run(born, jobs, settings, on_page))


def _counted(readings: list[PageReading], on_page: OnPage | None) -> list[PageReading]:
    if on_page:
        on_page(len(readings), len(readings))
    return readings


Job = Callable[[], PageReading]


def _run(
    born: dict[int, PageReading], jobs: dict[int, Job], settings: Settings, on_page: OnPage | None
) -> list[PageReading]:
    """All jobs done, `settings.page_workers` at a time; a page that failed is tried once more, alone."""
    done, failed, total = dict(born), {}, len(born) + len(jobs)
    if on_page and born:
        on_page(len(done), total)
    deadline = time.monotonic() + settings.document_timeout_s
    with ThreadPoolExecutor(max_workers=max(1, settings.page_workers)) as pool:
        futures = {pool.submit(_before, deadline, page, job): page for page, job in jobs.items()}
        try:
            for future in as_completed(futures):
                try:
                    done[futures[future]] = future.result()
                except DocumentError:
                    failed[futures[future]] = jobs[futures[future]]
                    continue
                if on_page:
                    on_page(len(done), total)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    reasons = {}
    for page, job in sorted(failed.items()):
        try:
            done[page] = _before(deadline, page, job)
        except DocumentError as error:
            reasons[page] = str(error)
    if reasons:
        raise UnreadPages(reasons, total, tuple(done[page] for page in sorted(done)))
    return [done[page] for page in sorted(done)]


def _before(deadline: float, page: int, job: Job) -> PageReading:
    if time.monotonic() > deadline:
        raise DocumentError(f"Trang {page}: hết thời gian dành cho văn bản.")
    return job()


def _read_layer(page: embedded.PdfPage) -> PageReading:
    started = time.monotonic()
    lines = lines_of_page(page.text)
    plain = tuple(replace(line, ocr_confidence=None, word_confidences=None, word_rivals=None) for line in lines)
    report = PageReport(page.page, TextSource.EMBEDDED, page.reason, seconds=time.monotonic() - started)
    return PageReading(page.page, plain, report)


def _pdf_job(source: SourceFile, page: embedded.PdfPage, settings: Settings) -> Job:
    def job() -> PageReading:
        started = time.monotonic()
        dpi = rasterise.pdf_dpi(page.width_pt, page.height_pt, page.image_dpi, settings)
        image = rasterise.render_pdf_page(source.path, page.page, dpi, settings, page.is_grey)
        reading = _read_image(image, page.reason, settings, started)
        if not reading.lines and page.layer.lines and page.image_dpi is None:
            kept, _ = embedded.judge_layer(page.layer, has_scan=False)
            reading = _read_layer(replace(page, text=kept or page.layer, reason=f"{page.reason}; giữ vì trang không có hình"))
        return reading

    return job


def _picture_job(source: SourceFile, page: int, settings: Settings) -> Job:
    def job() -> PageReading:
        started = time.monotonic()
        return _read_image(rasterise.read_picture_page(source.path, page, settings), "ảnh quét", settings, started)

    return job


def _read_image(image: PageImage, reason: str, settings: Settings, started: float) -> PageReading:
    """One page image cleaned, read and laid out."""
    clean = preprocess.clean_page(image)
    words = ocr.read_page(at_x_height(clean.image, clean.x_height, FIRST_LOOK), settings)
    confidence = _mean(word.confidence for line in words.lines for word in line)
    if confidence is not None and confidence < SUSPICIOUS:
        turn = page_turn(clean.image, settings)
        if turn:
            clean = preprocess.turn_page(clean, turn)
            words = ocr.read_page(at_x_height(clean.image, clean.x_height, FIRST_LOOK), settings)
    stamps = find_stamps(words, clean.frames)
    words, stamped = _lift_stamps(clean, words, stamps, settings)
    words = _look_again(clean, words, settings)
    cells = without_stamps(clean.cells, stamps)
    lines = tuple(_on_page(line, clean) for line in lines_of_page(words, cells, stamped))
    values = [value for line in lines for value in line.word_confidences or ()]
    report = PageReport(
        image.page,
        TextSource.OCR,
        reason if lines else f"{reason}; trang trắng",
        clean.steps,
        _mean(values),
        sum(value < SUSPICIOUS for value in values),
        clean.seals,
        time.monotonic() - started,
    )
    return PageReading(image.page, lines, report)


def _look_again(clean: preprocess.CleanPage, read: OcrPage, settings: Settings) -> OcrPage:
    """The words in doubt read once more in another size, all in one run, and the two readings made one."""
    places = [(i, span) for i, line in enumerate(read.lines) for span in _doubtful_spans(line)]
    if not places:
        return read
    boxes = [BoundingBox.around(word.bbox for word in read.lines[i][span]) for i, span in places]
    stack = stack_lines(clean.image, boxes, clean.x_height, SECOND_LOOK)
    again = stack.on_page(ocr.read_page(stack.image, settings, STACK))
    lines = [list(line) for line in read.lines]
    for i, span in places:
        lines[i][span] = merge_readings(lines[i][span], again)
    return OcrPage(read.page, tuple(map(tuple, lines)))


def _doubtful_spans(line: Sequence[Word]) -> list[slice]:
    """Where the words in doubt stand, each with its neighbours: words are read better in company."""
    spans: list[slice] = []
    for at, word in enumerate(line):
        if word.confidence < DOUBTFUL:
            start, stop = max(0, at - COMPANY), min(len(line), at + 1 + COMPANY)
            if spans and start <= spans[-1].stop:
                start = spans.pop().start
            spans.append(slice(start, stop))
    return spans


def _lift_stamps(
    clean: preprocess.CleanPage, read: OcrPage, stamps: Sequence[BoundingBox], settings: Settings
) -> tuple[OcrPage, tuple[tuple[Word, ...], ...]]:
    """The page without its arrival stamps, and what those say."""
    if not stamps:
        return read, ()

    def read_rows(boxes: Sequence[BoundingBox]) -> tuple[Word, ...]:
        stack = stack_lines(clean.image, boxes, clean.x_height, SECOND_LOOK, alone=True)
        return stack.on_page(ocr.read_page(stack.image, settings, STACK))

    return lift_stamps(read, stamps, read_rows)


def _on_page(line: Line, clean: preprocess.CleanPage) -> Line:
    return replace(line, bbox=preprocess.place_on_page(line.bbox, clean))


def _mean(values: Iterable[float]) -> float | None:
    values = list(values)
    return sum(values) / len(values) if values else None
