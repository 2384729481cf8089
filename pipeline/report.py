"""One page about the corpus that can be mailed: what it holds, what the last day brought, what needs a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import overview, tables
from pipeline.replay import Correction, corrections_of
from pipeline.review import Doubt, least_certain
from pipeline.settings import settings_from
from pipeline.status import state_of_work

if TYPE_CHECKING:
    from pipeline.evaluate import PlanScore

RECENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Report:
    """`recent`: files received in the last day; `corrections`: those that people made in it. `accuracy`: empty where
    no gold was named."""

    made_at: datetime
    overview: overview.Overview
    statuses: Mapping[str, int]
    recent: Sequence[Mapping[str, Any]]
    corrections: Sequence[Correction]
    troubles: Sequence[Mapping[str, Any]]
    conflicts: Sequence[Mapping[str, Any]]
    doubtful: Sequence[Doubt]
    accuracy: Sequence[PlanScore]
    night: Mapping[str, Any] | None  # what the last nightly run wrote of itself, where it was in the last day


def corpus_report(outputs: Path, gold: Path | None = None, now: datetime | None = None) -> Report:
    """The report as of `now`, with the accuracy measured on the gold plans of `gold`. Raises RunError where nothing
    was ever stored, or `gold` holds no gold."""
    now = now or datetime.now(UTC)
    since = now - RECENT
    corrections = corrections_of(outputs)
    with tables.connect(outputs) as connection:
        return Report(
            made_at=now,
            overview=overview.overview(connection),
            statuses=overview.statuses(connection),
            recent=tables.records(
                connection,
                "SELECT d.*, p.doc_number FROM documents d LEFT JOIN plans p USING (plan_id) "
                "WHERE received_at >= $1 ORDER BY received_at DESC, d.source_file LIMIT 200",
                [since],
            ),
            corrections=[c for c in corrections if datetime.fromisoformat(c.when) >= since],
            troubles=overview.troubles(connection, 50),
            conflicts=tables.records(connection, "SELECT * FROM conflicts LIMIT 50"),
            doubtful=least_certain(connection, corrections, 30),
            accuracy=_measured(gold, outputs) if gold else (),
            night=_last_night(outputs, since),
        )


def _last_night(outputs: Path, since: datetime) -> Mapping[str, Any] | None:
    night = state_of_work(outputs).night
    return night if night and datetime.fromisoformat(night["started_at"]) >= since else None


def _measured(gold: Path, outputs: Path) -> list[PlanScore]:
    from pipeline.evaluate import evaluate_plan
    from pipeline.evaluate_gold import gold_plans

    return [evaluate_plan(plan, settings_from(outputs)) for plan in gold_plans(gold)]
