"""When sources are harvested: intervals, wishes of portals, deadlines, failures, clocks, commands."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from netmeta.catalogue import Catalogue, RecordWriter, jobs, schedules
from netmeta.catalogue.schedules import Advice, Schedule
from netmeta.config import Config
from netmeta.errors import UsageError
from netmeta.harvest.advice import advice
from netmeta.model import RunStatus, Source
from netmeta.schedule import planning, times
from netmeta.schedule.intervals import LONGEST, SHORTEST, Facts, backoff, next_check
from netmeta.schedule.words import in_words
from netmeta.services.harvest import harvest
from tests.conftest import SOURCE, Ran, Web, record

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
H, D = dt.timedelta(hours=1), dt.timedelta(days=1)
AUTO = Schedule(source="school", source_id=1)


def middle(low: float, high: float) -> float:
    """Instead of chance."""
    return (low + high) / 2


def wait(schedule: Schedule, **facts: object) -> tuple[dt.timedelta, list[str]]:
    """How long until the next visit, and the codes of the reasons."""
    moment, why = next_check(schedule, Facts(**facts), NOW, draw=middle)  # type: ignore[arg-type]
    return moment - NOW, [code for code, _ in why]


@pytest.mark.parametrize(
    ("weekly", "expected", "code"),
    [
        (None, D, "unknown"),
        (0.0, 7 * D, "quiet"),
        (1.0, 7 * D, "quiet"),
        (7.0, D, "rate"),
        (42.0, 4 * H, "rate"),
        (100_000.0, SHORTEST, "busy"),
    ],
)
def test_a_source_is_asked_as_often_as_it_has_news(
    weekly: float | None, expected: dt.timedelta, code: str
) -> None:
    assert wait(AUTO, weekly=weekly) == (expected, [code])


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, 6 * H), (2, 6 * H), (3, D), (7, D), (8, 7 * D), (-1, 7 * D)],
)
def test_a_near_deadline_shortens_the_wait(days: int, expected: dt.timedelta) -> None:
    found, _ = wait(AUTO, weekly=0.5, deadline=NOW.date() + days * D)
    assert found == expected


def test_what_a_source_asks_for_wins_over_its_news_and_deadlines() -> None:
    wish = replace(AUTO, advice=Advice(wait_s=12 * 3600, said_by="ttl"))
    found, why = wait(wish, weekly=1000.0, deadline=NOW.date())
    assert found == 12 * H
    assert why[-1] == "ttl"
    never = replace(AUTO, advice=Advice(wait_s=10**9, said_by="max-age"))
    assert wait(never, weekly=50.0)[0] == LONGEST


def test_hours_and_days_that_a_feed_does_not_want_are_left_out() -> None:
    # Monday 09:30; in 4 hours it is 13:30, which it does not want, nor the hour after it.
    hours = replace(AUTO, advice=Advice(skip_hours=(13, 14)))
    assert wait(hours, weekly=42.0) == (dt.timedelta(hours=5.5), ["rate", "skip-hours"])
    days = replace(AUTO, advice=Advice(skip_days=(0, 1)))
    assert wait(days, weekly=42.0)[0] == dt.timedelta(hours=38.5)  # Wednesday 00:00
    always = replace(AUTO, advice=Advice(skip_hours=tuple(range(24))))
    assert wait(always, weekly=42.0)[0] == 4 * H  # it cannot mean it


def test_failures_double_the_wait_up_to_a_week_and_never_end_it() -> None:
    waits = [wait(replace(AUTO, failures=n), weekly=42.0)[0] for n in range(12)]
    assert waits[:5] == [4 * H, 8 * H, 16 * H, 32 * H, 64 * H]
    assert waits[6:] == [7 * D] * 6
    many = wait(replace(AUTO, failures=10_000), weekly=42.0)
    assert many == (7 * D, ["rate", "backoff"])
    set_by_hand = replace(AUTO, mode="every", every_s=3600, failures=3)
    assert wait(set_by_hand) == (8 * H, ["every", "backoff"])


def test_waits_are_spread_but_stay_within_their_bounds() -> None:
    drawn = [backoff(H, 1) for _ in range(300)]
    assert len(set(drawn)) > 200
    assert all(1.8 * H <= one <= 2.2 * H for one in drawn)
    autos = [
        next_check(AUTO, Facts(weekly=w), NOW)[0] - NOW for w in (0.1, 10**6) for _ in range(99)
    ]
    assert all(SHORTEST <= one <= LONGEST for one in autos)


def test_retry_after_holds_for_every_mode() -> None:
    later = Advice(not_before=NOW + 9 * H)
    for one in (AUTO, replace(AUTO, mode="every", every_s=60)):
        found, why = wait(replace(one, advice=later), weekly=10**6)
        assert (found, why[-1]) == (9 * H, "retry-after")
    mad = replace(AUTO, advice=Advice(not_before=NOW + 400 * D))
    assert wait(mad, weekly=50.0)[0] == LONGEST


@pytest.fixture
def moscow() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Moscow"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("moscow")
def test_cron_goes_by_the_clock_on_the_wall() -> None:
    assert times.next_by_cron("0 3 * * *", NOW) == dt.datetime(2026, 3, 3, 0, 0, tzinfo=dt.UTC)
    assert times.local(dt.datetime(2026, 3, 3, 0, 0, tzinfo=dt.UTC)) == "03.03.2026 03:00"


def test_cron_has_its_run_on_the_nights_when_the_clocks_change() -> None:
    os.environ["TZ"] = "Europe/Berlin"
    time.tzset()
    try:
        spring = dt.datetime(2026, 3, 29, 0, 0, tzinfo=dt.UTC)  # 02:30 does not exist
        found = times.next_by_cron("30 2 * * *", spring)
        assert spring < found <= spring + 2 * H
        autumn = dt.datetime(2026, 10, 25, 0, 45, tzinfo=dt.UTC)  # 02:45, for the first time
        assert times.next_by_cron("30 2 * * *", autumn) > autumn
    finally:
        os.environ.pop("TZ")
        time.tzset()


@pytest.mark.parametrize(
    "text", ["", "6", "h", "-1h", "6 parsecs", "59s", "0h", "400d", "99999999d"]
)
def test_intervals_that_do_not_fit(text: str) -> None:
    with pytest.raises(UsageError):
        times.parse_interval(text)


def test_intervals_that_fit() -> None:
    assert [times.parse_interval(one) for one in ("60s", "90m", "1d12h", "2W")] == [
        60, 5400, 129600, 1209600,
    ]  # fmt: skip
    assert times.interval_in_words(129600) == "1 d 12 h"


@pytest.mark.parametrize(
    "text", ["", "hourly", "* * * *", "61 * * * *", "0 3 * * * *", "0 0 31 2 *", "* * * * mon-"]
)
def test_cron_expressions_that_do_not_fit(text: str) -> None:
    with pytest.raises(UsageError):
        times.check_cron(text)


# --- with a catalogue -----------------------------------------------------------------------------


def harvested(
    catalogue: Catalogue,
    at: dt.datetime,
    numbers: range,
    status: RunStatus = "ok",
    **changes: object,
) -> None:
    """A run of the source `school` at a time, which brought these records."""
    now, catalogue._now = catalogue._now, lambda: at
    run = catalogue.start_run(1)
    with RecordWriter(catalogue) as writer:
        for number in numbers:
            writer.add(record(number, **changes), source_id=1, run_id=run)
    catalogue.finish_run(run, status=status, reason=None, counts={})
    catalogue._now = now


@pytest.fixture
def clock(catalogue: Catalogue) -> Catalogue:
    """A catalogue with one source, whose clock shows NOW."""
    catalogue._now = lambda: NOW
    catalogue.add_source(SOURCE)
    return catalogue


def test_the_rate_of_news_leaves_out_what_the_first_harvest_brought(clock: Catalogue) -> None:
    assert schedules.news_per_week(clock.conn, 1, NOW) is None
    harvested(clock, NOW - 14 * D, range(100))
    harvested(clock, NOW - 7 * D, range(98, 106))
    assert schedules.news_per_week(clock.conn, 1, NOW) == pytest.approx(3.0)


def test_before_there_is_a_history_the_days_of_publication_tell(clock: Catalogue) -> None:
    harvested(clock, NOW - D, range(12), published="20 февраля 2026")
    harvested(clock, NOW - D, range(12, 30), published="20 февраля 2025")
    assert schedules.news_per_week(clock.conn, 1, NOW) == pytest.approx(3.0)


def test_the_nearest_deadline_counts_those_that_readers_see(clock: Catalogue) -> None:
    dates = {"Приём заявок": "до 5 марта 2026"}
    harvested(clock, NOW - D, range(1, 2), kind="event", type="Конкурс", dates=dates)
    assert schedules.nearest_deadline(clock.conn, 1, NOW.date()) == dt.date(2026, 3, 5)
    with clock.transaction() as conn:
        conn.execute("UPDATE records SET hidden = 1")
    assert schedules.nearest_deadline(clock.conn, 1, NOW.date()) is None


def test_the_next_time_moves_before_anything_is_fetched(clock: Catalogue) -> None:
    asked = planning.ask_due(clock)
    assert [job.source for job in asked] == ["school"]
    (planned,) = planning.listed(clock)
    assert planned.schedule.next_check_at is not None
    assert planned.schedule.next_check_at > NOW
    assert planning.ask_due(clock) == []


def test_missed_times_become_one_run(clock: Catalogue) -> None:
    planning.set_schedule(clock, "school", every_s=60)
    for days in (0, 3, 6):
        clock._now = lambda days=days: NOW + days * D  # type: ignore[misc]
        planning.ask_due(clock)
    assert len(jobs.open_jobs(clock.conn)) == 1
    (job,) = jobs.open_jobs(clock.conn)
    with clock.transaction() as conn:
        jobs.finish(conn, clock.now_text(), job.id, status="ok", result={})
        planning.settle(conn, 1, "ok", clock.now())
    assert planning.ask_due(clock) == []
    (planned,) = planning.listed(clock)
    assert planned.schedule.next_check_at == NOW + 6 * D + dt.timedelta(minutes=1)


def test_a_clock_set_back_delays_nothing_by_days(clock: Catalogue) -> None:
    clock._now = lambda: NOW + 30 * D
    harvested(clock, NOW - D, range(3))
    planning.set_schedule(clock, "school", every_s=3600)
    clock._now = lambda: NOW
    assert planning.ask_due(clock) == []
    (planned,) = planning.listed(clock)
    assert planned.schedule.next_check_at == NOW + H
    assert in_words(planned.schedule.why).startswith("the clock was set back")


def test_failures_are_counted_and_forgiven(clock: Catalogue) -> None:
    def end(status: str) -> Schedule:
        with clock.transaction() as conn:
            planning.settle(conn, 1, status, NOW)
        found = schedules.schedule_of(clock.conn, 1)
        assert found is not None
        return found

    assert [end("failed").failures for _ in range(3)] == [1, 2, 3]
    assert end("interrupted").failures == 3
    assert end("interrupted").next_check_at == NOW + SHORTEST
    assert end("degraded").failures == 0


def test_sources_harvested_before_there_was_a_worker_do_not_storm(clock: Catalogue) -> None:
    harvested(clock, NOW - H, range(3))
    assert planning.ask_due(clock) == []
    (planned,) = planning.listed(clock)
    assert planned.schedule.next_check_at is not None
    assert planned.schedule.next_check_at > NOW + 21 * H


def test_a_paused_source_is_left_out_unless_it_is_asked_for(clock: Catalogue) -> None:
    clock.update_source(replace(SOURCE, paused=True))
    assert planning.ask_due(clock) == []
    job, new = planning.trigger(clock, "school")
    again, new_again = planning.trigger(clock, "school", options={"full": True})
    assert (new, new_again, again.id) == (True, False, job.id)
    (found,) = jobs.open_jobs(clock.conn)
    assert found.options == {"full": True}


# --- the commands ---------------------------------------------------------------------------------


@pytest.fixture
def school(cli: Callable[..., Ran], catalogue: Catalogue) -> Callable[..., Ran]:
    catalogue.add_source(SOURCE)
    return cli


def test_set_list_pause_resume_trigger_history(school: Callable[..., Ran]) -> None:
    found = school("schedule", "list", "--json")
    (one,) = json.loads(found.out)["sources"]
    assert (one["mode"], one["next_check_at"], one["why_in_words"]) == (
        "auto",
        None,
        "never harvested",
    )
    assert "school: 6 h; next: at once" in school("schedule", "set", "school", "--every", "6h").err
    assert "0 3 * * *" in school("schedule", "set", "school", "--cron", "0  3 * * *").err
    assert "paused" in school("schedule", "pause", "school").err
    told = school("schedule", "trigger", "school")
    assert "is to be harvested" in told.err
    assert "It is paused" in told.err
    assert "No worker" in told.err
    assert "asked for already" in school("schedule", "trigger", "school").err
    assert "next: waiting" in school("schedule", "resume", "school").err
    assert "auto" in school("schedule", "set", "school", "--auto").err
    table = school("schedule", "history", "school").out
    assert "somebody asked for it" in table
    (job,) = json.loads(school("schedule", "history", "--json").out)
    assert (job["source"], job["asked_by"], job["status"]) == ("school", "trigger", None)


def test_status_tells_the_next_time_and_why(school: Callable[..., Ran]) -> None:
    school("schedule", "set", "school", "--every", "6h")
    (one,) = json.loads(school("status", "--json").out)["sources"]
    assert one["schedule"]["why_in_words"] == "never harvested"
    assert "at once" in school("status").out


@pytest.mark.parametrize(
    ("words", "say"),
    [
        (("set", "school", "--every", "30s"), "between a minute and a year"),
        (("set", "school", "--every", "often"), "is no interval"),
        (("set", "school", "--cron", "every day"), "five fields"),
        (("set", "school", "--cron", "0 0 30 2 *"), "never comes"),
        (("set", "school", "--cron", "0 25 * * *"), "is no cron expression"),
        (("set", "school"), "one of --every"),
        (("set", "school", "--auto", "--every", "6h"), "one of --every"),
        (("set", "schol", "--auto"), "Nearest: school"),
        (("trigger", "schol"), "Nearest: school"),
        (("pause", "schol"), "Nearest: school"),
        (("history", "schol"), "Nearest: school"),
    ],
)
def test_bad_words_are_refused_and_change_nothing(
    school: Callable[..., Ran], catalogue: Catalogue, words: tuple[str, ...], say: str
) -> None:
    ran = school("schedule", *words)
    assert ran.code == 2
    assert say in ran.err
    assert catalogue.conn.execute("SELECT count(*) FROM schedules").fetchone() == (0,)
    assert jobs.open_jobs(catalogue.conn) == []


def test_an_imported_file_has_no_schedule(school: Callable[..., Ran], catalogue: Catalogue) -> None:
    catalogue.add_source(Source(name="file", kind="jsonl", url="file:///x", title="x"))
    ran = school("schedule", "trigger", "file")
    assert ran.code == 2
    assert "nothing to fetch" in ran.err


# --- what sources say -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "headers", "expected"),
    [
        ("", {}, Advice()),
        ("<ttl>90</ttl>", {}, Advice(wait_s=5400, said_by="ttl")),
        ("<ttl> soon </ttl>", {}, Advice()),
        ("", {"cache-control": "public, max-age=7200"}, Advice(wait_s=7200, said_by="max-age")),
        ("", {"Cache-Control": "no-cache, max-age=7200"}, Advice()),
        ("<ttl>60</ttl>", {"Cache-Control": "max-age=60"}, Advice(wait_s=3600, said_by="ttl")),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", {},
            Advice(wait_s=21600, said_by="ttl"),
        ),
        (
            "<skipHours><hour>0</hour><hour>24</hour><hour>5</hour></skipHours>"
            "<skipDays><day>Sunday</day><day>Someday</day></skipDays>", {},
            Advice(skip_hours=(0, 5), skip_days=(6,)),
        ),
    ],
)  # fmt: skip
def test_feeds_say_when_they_want_to_be_asked(
    channel: str, headers: dict[str, str], expected: Advice
) -> None:
    body = f"<rss><channel>{channel}<item><ttl>99999</ttl></item><item></item></channel></rss>"
    assert advice(body.encode(), headers) == expected


def test_what_a_feed_says_is_kept_and_followed(catalogue: Catalogue, web: Web) -> None:
    feed = "<rss version='2.0'><channel><title>x</title><ttl>4320</ttl><item><title>Урок</title>" \
           "<link>http://127.0.0.1/1</link></item></channel></rss>"  # fmt: skip
    web.put("/rss", feed, Content_Type="application/rss+xml", ETag='"1"')
    source = replace(SOURCE, url=f"{web.base}/rss", spider="feed")
    catalogue.add_source(source)
    config = Config(db=catalogue.path)
    for status in ("ok", "ok"):  # the second time the server says "not modified"
        report = harvest(catalogue, config)
        assert report.status == status
        planning.settle_harvested(catalogue, {"school": report.status})
        (planned,) = planning.listed(catalogue)
        assert planned.schedule.advice == Advice(wait_s=3 * 86400, said_by="ttl")
        assert planned.schedule.why[-1][0] == "ttl"
    web.put("/rss", "later", status=503, Retry_After="590000")
    report = harvest(catalogue, config, full=True)
    planning.settle_harvested(catalogue, {"school": report.results[0].status})
    (planned,) = planning.listed(catalogue)
    assert planned.schedule.why[-1][0] == "retry-after"
    assert planned.schedule.next_check_at is not None
    wait_s = (planned.schedule.next_check_at - catalogue.now()).total_seconds()
    assert 580_000 < wait_s <= 590_000
    assert planned.schedule.advice.wait_s == 3 * 86400
