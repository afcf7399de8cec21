"""The statements of a trace: how a reference is found, and what lies beside the events."""

from typing import Final

from msgspec import Struct

_BODY: Final = "convert_from(x.body, 'UTF8')"

BY_SUBJECT: Final = (
    "select subject, null::text as correlation from (select subject from event where subject = any($1::text[]) "
    "union select subject from delivery where subject = any($1::text[]) "
    "union select subject from dead_letter where subject = any($1::text[])) s"
)
BY_ENDING: Final = (
    "select subject, null::text as correlation from process where right(subject, length($1) + 1) = '/' || $1"
)
BY_CORRELATION: Final = "select null::text as subject, correlation from event where correlation = $1 limit 1"
BY_EVENT: Final = "select subject, correlation from event where id = any($1::bigint[])"
SOURCES: Final = (
    "select e.subject, e.correlation from source o join seen s on s.source = o.id "
    "and s.ext_id = substr($1, length(o.name) + 2) join event e on e.id = s.event where starts_with($1, o.name || ':') "
    "union select d.subject, null from source o join delivery d on d.source = o.id "
    "and d.ext_id = substr($1, length(o.name) + 2) where starts_with($1, o.name || ':') "
    "union select d.subject, null from source o join dead_letter d on d.source = o.id "
    "and d.ext_id = substr($1, length(o.name) + 2) where starts_with($1, o.name || ':')"
)
EVENTS: Final = (
    "select e.id from event e left join batch b on b.id = e.id >> 12 where e.subject = any($1::text[]) "
    "or e.correlation = any($2::text[]) order by b.recorded_at, e.id"
)


class Aside(Struct, frozen=True):
    """Rows beside the events: *sql* gives (at, subject, event, text); *keys* says whether it asks by subjects (0), events (1)."""

    what: str
    sql: str
    keys: tuple[int, ...]


ASIDE: Final = (
    Aside(
        "delivery",
        "select d.received_at, d.subject, null::bigint, format('delivery %s, %s:%s, %s', d.id, o.name, d.ext_id, "
        "case i.state when 0 then 'waiting' when 1 then 'early' when 2 then 'parked' else 'done' end) from delivery d "
        "left join source o on o.id = d.source left join inbox i on i.delivery = d.id where d.subject = any($1::text[]) "
        "or exists (select from event e where e.id = any($2::bigint[]) and e.source = d.source "
        "and d.ext_id in (e.ext_id, regexp_replace(e.ext_id, '/[^/]*$', '')))",
        (0, 1),
    ),
    Aside(
        "command",
        "select b.recorded_at, x.subject, x.event, format('%s %s, %s after %s attempts: %s', x.n, k.name, "
        "case x.state when 0 then 'waiting' when 1 then 'done' else 'dead' end, x.attempts, "
        f"{_BODY}) from outbox x left join kind k on k.id = x.kind left join batch b on b.id = x.event >> 12 "
        "where x.event = any($1::bigint[]) order by x.event, x.n",
        (1,),
    ),
    Aside(
        "attempt",
        "select a.at, coalesce(x.subject, ''), a.event, format('%s attempt %s: %s %s', a.n, a.attempt, a.outcome, a.detail) "
        "from attempt a left join outbox x on (x.event, x.n) = (a.event, a.n) where a.event = any($1::bigint[]) "
        "order by a.event, a.n, a.attempt",
        (1,),
    ),
    Aside(
        "break",
        "select b.recorded_at, x.subject, x.event, format('%s: %s%s', x.kind, x.detail, "
        "case when x.closed_at is null then '' else format(' (closed %s as %s)', x.closed_at, x.closed_as) end) "
        "from break x left join batch b on b.id = x.event >> 12 where x.event = any($1::bigint[]) order by x.event, x.n",
        (1,),
    ),
    Aside(
        "deadline",
        "select due, subject, null::bigint, format('%s, if it still stands at version %s', member, version) "
        "from timer where subject = any($1::text[])",
        (0,),
    ),
    Aside(
        "dead_letter",
        "select d.opened_at, d.subject, null::bigint, format('%s %s:%s: %s; %s', d.place, o.name, d.ext_id, d.reason, d.remedy) "
        "from dead_letter d left join source o on o.id = d.source where d.subject = any($1::text[])",
        (0,),
    ),
    Aside(
        "dead_letter_closed",
        "select d.closed_at, d.subject, null::bigint, format('%s %s:%s: %s', d.place, o.name, d.ext_id, d.closed_as) "
        "from dead_letter d left join source o on o.id = d.source "
        "where d.closed_at is not null and d.subject = any($1::text[])",
        (0,),
    ),
)
