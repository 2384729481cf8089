"""The grammar of administrative time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.dates import Precision, Qualifier, Recurrence, find_date, find_times
from tests.extractors.cases import cases_of

FIELDS = ("start_date", "end_date", "precision", "recurrence", "qualifier", "month", "day")


@pytest.mark.parametrize("case", cases_of("dates", "in_the_wild", "synthetic", "must_not_match"))
def test_times_of_cases(case):
    found = [
        {
            "text": case["input"][t.start : t.end], "start": t.start_date and t.start_date.isoformat(),
            "end": t.end_date and t.end_date.isoformat(), "precision": t.precision, "recurrence": t.recurrence,
            "qualifier": t.qualifier, "month": t.month, "day": t.day,
        }
        for t in find_times(case["input"])
    ]  # fmt: skip
    assert found == case["expected"], case["comment"]


DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(DAYS, st.sampled_from(["ngày {d}/{m}/{y}", "ngày {d:02}/{m:02}/{y}", "ngày {d:02} tháng {m} năm {y}", "ngày {d}.{m}.{y}", "ngày {d}-{m}-{y}"]))
def test_a_day_is_read_back_however_written(day, form):
    text = f"Sở Y tế gửi báo cáo {form.format(d=day.day, m=day.month, y=day.year)} để tổng hợp."
    (time,) = find_times(text)
    assert (time.end_date, time.precision, time.recurrence) == (day, Precision.DAY, Recurrence.ONCE)
    assert find_date(text)[0] == day


@given(DAYS, st.integers(0, 900))
def test_a_span_of_days_is_one_time(first, length):
    last = first + timedelta(days=length)
    (time,) = find_times(f"từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}")
    assert (time.start_date, time.end_date, time.qualifier) == (first, last, Qualifier.FROM_TO)


@given(st.integers(1, 4), st.integers(1990, 2060))
def test_a_quarter_ends_on_its_last_day(quarter, year):
    (time,) = find_times(f"trong quý {['I', 'II', 'III', 'IV'][quarter - 1]}/{year}")
    assert time.end_date + timedelta(days=1) == date(year + (quarter == 4), 3 * quarter % 12 + 1, 1)


@given(st.integers(1, 12), st.integers(1, 28))
def test_a_yearly_day_has_no_date(month, day):
    (time,) = find_times(f"trước ngày {day}/{month} hằng năm")
    assert (time.month, time.day, time.recurrence) == (month, day, Recurrence.ANNUAL)
    assert time.start_date is None and time.end_date is None


@given(st.text(alphabet="0123456789/-. ngàythángnămquýIVđếntừ–", max_size=60))
def test_times_lie_in_order_inside_the_text(text):
    times = find_times(text)
    for time in times:
        assert 0 <= time.start < time.end <= len(text)
        assert not (time.start_date and time.end_date) or time.start_date <= time.end_date
    assert all(a.end <= b.start for a, b in zip(times, times[1:]))
