"""The statements of the gate. One statement a call, one book a schema: what Citus routes to one node."""

from typing import Final

from tallystick.processes.members import RULES_SUBJECT

HEAD: Final = (
    "update gate set batch = batch + 1 where id = $1 returning batch, head, (select max(through) from period), "
    f"(select event from process where subject = '{RULES_SUBJECT}'), kept"
)
# Each batch holds the row of its gate until it ends. So this waits for all that are under way, and the next of every gate
# finds what stands here: a channel is in the shadow, or told, from one place among all batches on.
SHADOW: Final = "update gate set kept = $1::text[]"
CLOSED: Final = "update kept_command set closed_at = $2, closed_as = $3 where channel = $1 and closed_at is null"
TOLD: Final = (
    "select (select count(*) from outbox o join batch b on b.id = o.event >> 12 left join process p on p.subject = o.subject "
    "where b.recorded_at >= $2 and coalesce(convert_from(o.body, 'UTF8')::jsonb ->> 'channel', "
    "convert_from(o.body, 'UTF8')::jsonb -> 'journal' ->> 'channel', "
    "convert_from(p.body, 'UTF8')::jsonb -> 'order' -> 2 ->> 'channel') = $1) "
    "+ (select count(*) from stock_told where channel = $1 and told_at >= $2)"
)
RULES: Final = "select event, body from process where subject = $1"
CLAIM: Final = (
    "insert into seen select * from unnest($1::smallint[], $2::text[], $3::bigint[]) "
    "on conflict do nothing returning event"
)
KNOWN: Final = (
    "select s.source, s.ext_id, s.event, e.answer from seen s left join event e on e.id = s.event "
    "where (s.source, s.ext_id) in (select * from unnest($1::smallint[], $2::text[]))"
)
UNCLAIM: Final = "delete from seen where (source, ext_id) in (select * from unnest($1::smallint[], $2::text[]))"
FAMILIES: Final = "select subject, body from process where subject = any($1::text[]) order by subject for update"
LAYERS: Final = (
    "select id, plans, sellable, reserved, quarantine, damaged, refurbish, short, short_value, value, last_cost, owed "
    "from stock where id = any($1::bigint[]) order by id for update"
)
NEW_LAYERS: Final = "insert into stock (id) select unnest($1::bigint[]) on conflict do nothing"
SALES: Final = (
    "select customer, sku, event, line, units_left, cost_left, unit_net from open_sale "
    "where (customer, sku) in (select * from unnest($1::text[], $2::int[])) and units_left > 0 "
    "order by customer, sku, event, line for update"
)
# A promise moves two columns of a stock row, a movement most of them, and few change what is arranged about it.
HELD: Final = (
    "update stock s set event = u.v, sellable = u.a, reserved = u.b "
    "from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) u(i, v, a, b) where s.id = u.i"
)
_ALL: Final = (
    "update stock s set sellable = u.a, reserved = u.b, quarantine = u.c, damaged = u.d, refurbish = u.r, short = u.e, short_value = u.f, "
    "value = u.g, last_cost = u.h, owed = u.o, event = u.v{more} from unnest($1::bigint[], $2::bigint[], $3::bigint[], "
    "$4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[]"
    "{array}) u(i, a, b, c, d, r, e, f, g, h, o, v{name}) where s.id = u.i"
)
STOCK: Final = _ALL.format(more="", array="", name="")
PLANNED: Final = _ALL.format(more=", plans = u.p::jsonb", array=", $13::text[]", name=", p")
PROCESSES: Final = (
    "update process p set kind = u.k, state = u.s, event = u.e, body = u.b "
    "from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bytea[]) u(su, k, s, e, b) "
    "where p.subject = u.su"
)
USED_SALES: Final = (
    "update open_sale o set units_left = u.l, cost_left = u.c "
    "from unnest($1::text[], $2::int[], $3::bigint[], $4::int[], $5::bigint[], $6::bigint[]) u(cu, s, e, n, l, c) "
    "where o.customer = u.cu and o.sku = u.s and o.event = u.e and o.line = u.n"
)
EXPLAINED: Final = (
    "update break b set closed_at = u.a, closed_as = u.w from unnest($1::text[], $2::text[], $3::bigint[], "
    "$4::timestamptz[], $5::text[]) u(s, k, e, a, w) "
    "where b.subject = u.s and b.kind = u.k and b.event < u.e and b.closed_at is null"
)
WAITING: Final = (
    "insert into waiting_order as w (subject, stock, units, channel, since, turn_at) select * from "
    "unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::timestamptz[], $6::timestamptz[]) "
    "on conflict (subject, stock) do update set units = excluded.units, channel = excluded.channel, "
    "since = excluded.since, turn_at = excluded.turn_at"
)
TAIL: Final = "update gate set head = $2 where id = $1"
BATCH: Final = "insert into batch (id, previous, hash, events, recorded_at) values ($1, $2, $3, $4, $5)"

INBOX_DONE: Final = "delete from inbox where delivery = any($1::bigint[])"
INBOX_STATE: Final = "update inbox set state = $2, attempts = attempts + 1 where delivery = any($1::bigint[])"
INBOX_MOVED: Final = "update inbox set state = 0 where subject = any($1::text[]) and state = 1"
PARKED: Final = (
    "insert into dead_letter (delivery, source, ext_id, subject, place, reason, remedy, body, person) "
    "select d.id, d.source, d.ext_id, d.subject, 'message', u.r, u.m, d.body, d.person "
    "from unnest($1::bigint[], $2::text[], $3::text[]) u(i, r, m) join delivery d on d.id = u.i"
)
FAULTS: Final = (
    "insert into dead_letter (delivery, source, ext_id, subject, place, reason, remedy, body, person) "
    "select d.id, d.source, u.x, u.s, u.p, u.r, u.m, u.b, d.person "
    "from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[]) "
    "u(i, x, s, p, r, m, b) join delivery d on d.id = u.i"
)
