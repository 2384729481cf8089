"""A plan's rows beside its parent's, on the pairs in pairs/ that a person annotated."""

from __future__ import annotations

import json
import random
from collections import Counter
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.align import Alignment, align
from pipeline.codes import ALIGNED_TABLES
from pipeline.assignment import best_matching
from pipeline.commit import rows_of
from pipeline.ingest import extract_lines, read_lines
from pipeline.intake import take_in
from pipeline.settings import Settings
from pipeline.wording import compare, fold, keys, segments

PAIRS = Path(__file__).parent / "pairs"
Rows = dict[str, list[dict[str, Any]]]


def gold(folder: Path, name: str) -> Rows:
    tables = json.loads((folder / "gold" / "tables" / f"{name}.json").read_text(encoding="utf-8"))
    return {table: tables[table] for table in ALIGNED_TABLES}


def as_read(file: Path, settings: Settings) -> Rows:
    """The rows that the whole way gives for a file."""
    pages, lines = read_lines(take_in(file, settings), settings)
    return {table: rows for table, rows in rows_of(extract_lines(pages, lines), "x").items() if table in ALIGNED_TABLES}


def judged(folder: Path, file: str, rows: Rows | None = None) -> tuple[Counter[str], list[str]]:
    """How many pairs are right, wrong and missed, and the pairs whose change is not the annotated one."""
    note = json.loads((PAIRS / f"{file}.json").read_text(encoding="utf-8"))
    found = align(note["plan"], rows or gold(folder, note["plan"]), note["parent"], gold(folder, note["parent"]))
    counts: Counter[str] = Counter()
    changes: list[str] = []
    for table, told in note["tables"].items():
        got = {(a.ordinal, a.parent_ordinal): a for a in found if a.table == table and a.similarity is not None}
        true = {(p[0], p[1]): p[2] if len(p) > 2 else None for p in told["pairs"]}
        open_to_taste = {(p[0], p[1]) for p in told["optional"]}
        counts["right"] += len(true.keys() & got.keys())
        counts["missed"] += len(true.keys() - got.keys())
        counts["wrong"] += len(got.keys() - true.keys() - open_to_taste)
        changes += [
            f"{table} {pair}: {got[pair].change}, not {change}"
            for pair, change in true.items()
            if pair in got and change and got[pair].change != change
        ]
    return counts, changes


def precision(counts: Counter[str]) -> float:
    return counts["right"] / (counts["right"] + counts["wrong"])


def recall(counts: Counter[str]) -> float:
    return counts["right"] / (counts["right"] + counts["missed"])


@pytest.mark.parametrize("name", ["vinh-long", "ha-noi", "lai-chau"])
def test_annotated_pairs_are_found(shared: Path, settings: Settings, name: str) -> None:
    """Each plan alone, as the issue asks. `lai-chau` has no gold: its rows are those that the pipeline reads.

    Measured: vinh-long 37 right, none wrong, none missed; ha-noi 31, 0, 1; lai-chau 22, 1, 1 (0.957 both ways: one
    pair more lost fails).
    """
    rows = as_read(shared / "plans" / "lai-chau.txt", settings) if name == "lai-chau" else None
    counts, changes = judged(shared, name, rows)
    assert changes == []
    assert precision(counts) >= 0.95, counts
    assert recall(counts) >= 0.95, counts


def test_annotated_pairs_of_our_specimens_are_found(corpus: Path) -> None:
    """Children, grandchildren and plans of other movements: what the weights were chosen on. 156 right, 5 wrong, 6 missed."""
    specimens = {path.stem for path in (corpus / "gold" / "tables").glob("*.json")}
    counts: Counter[str] = Counter()
    for file in sorted(PAIRS.glob("*.json")):
        if file.stem.split("--")[0] in specimens:
            found, changes = judged(corpus, file.stem)
            counts += found
            assert changes == [], file.stem
    assert precision(counts) >= 0.95, counts
    assert recall(counts) >= 0.95, counts


@pytest.fixture(params=["bo-y-te", "ha-noi", "vinh-long", "bo-giao-duc", "ubnd-ha-tinh", "so-giao-duc-ha-tinh", "ubnd-xa"])
def known_rows(request: pytest.FixtureRequest, corpus: Path) -> Rows:
    """The gold rows of a plan, ours or shared."""
    ours = (corpus / "gold" / "tables" / f"{request.param}.json").exists()
    return gold(corpus if ours else request.getfixturevalue("shared"), request.param)


def test_a_plan_against_itself_is_all_inherited(known_rows: Rows) -> None:
    name, rows = "a", known_rows
    found = align(name, rows, name, rows)
    assert {a.change for a in found} == {"inherited"}
    assert all(a.ordinal == a.parent_ordinal and a.similarity == 1 for a in found)
    assert len(found) == sum(map(len, rows.values()))


def test_a_noisy_twin_adds_and_omits_nothing(known_rows: Rows) -> None:
    name, rows = "a", known_rows
    found = align(name, scanned(rows, share=0.15), name, rows)
    assert {a.change for a in found} <= {"inherited", "adapted"}
    assert all(a.ordinal == a.parent_ordinal for a in found)
    inherited = sum(a.change == "inherited" for a in align(name, scanned(rows, share=0.05), name, rows))
    assert inherited >= 0.9 * len(found), "one slip in twenty words reads as a change of substance"


def scanned(rows: Rows, share: float) -> Rows:
    """The rows as a doubtful scan of the same paper gives them: `share` of the words lose marks or a letter."""
    dice = random.Random(7)

    def word(printed: str) -> str:
        if dice.random() >= share:
            return printed
        if dice.random() < 0.5:
            return fold(printed)
        at = dice.randrange(len(printed))
        return printed[:at] + dice.choice("aoiutnhcl1.") + printed[at + 1 :]

    def text(printed: str) -> str:
        return " ".join(map(word, printed.split()))

    spoiled = ("text", "award")
    return {
        table: [{c: text(v) if c in spoiled else v for c, v in row.items()} | {"confidence": 0.8} for row in of]
        for table, of in rows.items()
    }


def test_a_photograph_adds_and_omits_nothing(corpus: Path, settings: Settings) -> None:
    """The same plan read from a photograph of the paper and from its true text."""
    found = align(
        "ảnh", as_read(corpus / "scans" / "ubnd-xa.jpg", settings), "chữ", as_read(corpus / "gold/text/ubnd-xa.txt", settings)
    )
    assert {a.change for a in found} <= {"inherited", "adapted"}
    assert all(a.ordinal == a.parent_ordinal for a in found)


def row(ordinal: int, text: str, **columns: Any) -> dict[str, Any]:
    return {"ordinal": ordinal, "text": text, "confidence": 1.0} | columns


def test_every_row_is_accounted_for_once_where_nothing_is_shared() -> None:
    ours = {"solutions": [row(1, "Xây dựng trường học xanh, sạch, đẹp.", themes=["other"])]}
    theirs = {"solutions": [row(1, "Hợp tác quốc tế về dữ liệu lớn.", themes=["international"])]}
    assert [(a.change, a.ordinal, a.parent_ordinal) for a in align("con", ours, "cha", theirs)] == [
        ("added", 1, None),
        ("omitted", None, 1),
    ]


def test_two_parent_rows_made_into_one_are_both_answered() -> None:
    first, second = "Tổ chức tập huấn kỹ năng số cho giáo viên.", "Xây dựng thư viện học liệu mở dùng chung."
    ours = {"contents": [row(1, f"{first} {second}", themes=["society"])]}
    theirs = {"contents": [row(1, first, themes=["society"]), row(2, second, themes=["data"])]}
    assert [(a.change, a.parent_ordinal) for a in align("con", ours, "cha", theirs)] == [("adapted", 1), ("adapted", 2)]


def test_a_passage_with_room_for_two_holds_both() -> None:
    """Each related to it in part; a passage no longer than one of them holds only that one."""
    first = "Nâng cao nhận thức của cán bộ về học liệu số dùng chung trong nhà trường."
    second = "Huy động nguồn lực xã hội hóa mua thiết bị cho học sinh vùng khó khăn."
    theirs = {"purposes": [row(1, first, aspect="purpose"), row(2, second, aspect="purpose")]}
    long = (
        "Nâng cao nhận thức của cán bộ, viên chức, người lao động về học liệu; huy động nguồn lực xã hội của các tổ chức "
        "để mua thiết bị dạy học hiện đại, đồng bộ, phù hợp với điều kiện của từng địa phương."
    )
    found = align("con", {"purposes": [row(1, long, aspect="purpose")]}, "cha", theirs)
    assert [(a.change, a.parent_ordinal) for a in found] == [("adapted", 1), ("adapted", 2)]
    found = align("con", {"purposes": [row(1, first, aspect="purpose")]}, "cha", theirs)
    assert [(a.change, a.parent_ordinal) for a in found] == [("inherited", 1), ("omitted", 2)]


def duty(ordinal: int, body: str, text: str, **columns: Any) -> dict[str, Any]:
    return row(ordinal, text, body=body, with_bodies=[], reports_to=None) | columns


def test_a_duty_is_answered_by_whoever_has_it_not_by_whoever_is_alike() -> None:
    """Vụ Tổ chức cán bộ is answered by Phòng Tổ chức cán bộ, the units by the units, whatever the order and the verbs."""
    theirs = [
        duty(1, "Các đơn vị trực thuộc Bộ", "Xây dựng kế hoạch triển khai và tổ chức thực hiện có hiệu quả."),
        duty(2, "Vụ Tổ chức cán bộ", "Chủ trì, phối hợp theo dõi, đôn đốc việc thực hiện Kế hoạch; tham mưu khen thưởng."),
        duty(3, "Vụ Kế hoạch - Tài chính", "Chủ trì, phối hợp bố trí kinh phí thực hiện Kế hoạch."),
    ]
    ours = [
        duty(1, "Phòng Tổ chức cán bộ", "Đôn đốc các đơn vị; thẩm định hồ sơ khen thưởng."),
        duty(2, "Phòng Kế hoạch - Tài chính", "Tham mưu dự toán ngân sách hằng năm."),
        duty(3, "Các bệnh viện, trung tâm", "Ban hành kế hoạch của đơn vị trong tháng 9."),
    ]
    found = align("con", {"responsibilities": ours}, "cha", {"responsibilities": theirs})
    assert [(a.ordinal, a.parent_ordinal) for a in found] == [(1, 2), (2, 3), (3, 1)]


def test_a_duty_shared_out_among_rows_of_one_body_is_answered_by_each() -> None:
    whole = duty(1, "Vụ Thi đua", "Theo dõi, đôn đốc việc thực hiện Kế hoạch; tổng hợp kết quả, báo cáo Bộ trưởng.")
    parts = [
        duty(1, "Phòng Tổ chức cán bộ", "Theo dõi, đôn đốc việc thực hiện Kế hoạch."),
        duty(2, "Phòng Tổ chức cán bộ", "Tổng hợp kết quả, báo cáo Giám đốc Sở."),
    ]
    found = align("con", {"responsibilities": parts}, "cha", {"responsibilities": [whole]})
    assert [(a.ordinal, a.parent_ordinal) for a in found] == [(1, 1), (2, 1)]


def test_a_formula_alone_makes_no_pair() -> None:
    asked = ["có từ 95% hộ dân phân loại rác tại nguồn", "trồng mới ba tuyến đường hoa", "không có điểm nóng về trật tự"]
    above = ["ký số toàn bộ văn bản điện tử", "tuyển sinh trực tuyến, học bạ số", "giáo viên có bài giảng số"]
    ours, theirs = (
        [row(n, f"Hoàn thành xuất sắc nhiệm vụ được giao; {text}.", subject="collective") for n, text in enumerate(of, 1)]
        for of in (asked, above)
    )
    assert {a.change for a in align("con", {"criteria": ours}, "cha", {"criteria": theirs})} == {"added", "omitted"}


def test_time_limits_of_no_known_kind_are_told_by_their_words() -> None:
    due = {"kind": "other", "recurrence": "annual"}
    ours = [row(1, "Hằng năm tập huấn kỹ năng số cho giáo viên mới.", **due)]
    theirs = [row(1, "Tham mưu bố trí kinh phí trong dự toán hằng năm.", **due)]
    assert {a.change for a in align("con", {"deadlines": ours}, "cha", {"deadlines": theirs})} == {"added", "omitted"}


def test_same_words_with_another_date_are_not_inherited() -> None:
    due = {"kind": "report", "recurrence": "annual", "annual_month": 11, "addressee": "Sở Y tế"}
    ours = {"deadlines": [row(1, "Báo cáo Sở Y tế trước ngày 30/11 hằng năm.", annual_day=30, **due)]}
    theirs = {"deadlines": [row(1, "Báo cáo Sở Y tế trước ngày 15/11 hằng năm.", annual_day=15, **due)]}
    (found,) = align("con", ours, "cha", theirs)
    assert found.change == "adapted"


def test_a_sure_word_changed_is_a_change_and_a_doubtful_one_a_slip() -> None:
    said, heard = "Khen thưởng tập thể có thành tích", "Khen thường tập thế có thành tích"
    assert [c.doubtful for c in compare(heard, said, 1.0, 1.0).changes] == [False, False]
    doubtful = compare(heard, said, 0.7, 1.0)
    assert all(c.doubtful for c in doubtful.changes) and doubtful.similarity == 1


def test_numbers_are_never_a_slip() -> None:
    (change,) = compare("trước ngày 10/11", "trước ngày 15/11", 0.5, 0.5).changes
    assert (change.before, change.after, change.doubtful) == ("15/11", "10/11", False)


def test_spelling_habits_are_no_change() -> None:
    assert compare("hoá đơn, hằng năm; uỷ ban", "Hóa đơn hàng năm ủy ban").changes == ()


@given(st.lists(st.text(st.sampled_from("aăâ đthiuơ 1/."), min_size=1), max_size=5))
def test_any_rows_against_themselves_are_inherited(texts: list[str]) -> None:
    rows = {"purposes": [row(n, text, aspect="purpose") for n, text in enumerate(texts, 1)]}
    found: tuple[Alignment, ...] = align("a", rows, "a", rows)
    assert {a.change for a in found} <= {"inherited"}
    assert sorted(a.ordinal for a in found if a.ordinal) == list(range(1, len(texts) + 1))


@given(st.integers(1, 5), st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_matching_is_the_best_of_all(n: int, m: int, dice: random.Random) -> None:
    scores = [[dice.choice((0.0, dice.random())) for _ in range(m)] for _ in range(n)]
    found = best_matching(scores)
    assert len(found) == min(n, m) == len({i for i, _ in found}) == len({j for _, j in found})
    wide = scores if n <= m else [list(column) for column in zip(*scores, strict=True)]
    best = max(sum(wide[i][j] for i, j in enumerate(order)) for order in permutations(range(max(n, m)), min(n, m)))
    assert sum(scores[i][j] for i, j in found) == pytest.approx(best)


@given(st.text("aăđ 1/-.“”\n"), st.text("aăđ 1/-.“”\n"))
def test_two_texts_laid_over_each_other_keep_every_word(new: str, old: str) -> None:
    laid = segments(new, old)
    assert "".join(s.text for s in laid if s.kind != "left_out") == (new if keys(new) else "")
    assert [w for s in laid if s.kind != "put_in" for w in keys(s.text)] == keys(old)
