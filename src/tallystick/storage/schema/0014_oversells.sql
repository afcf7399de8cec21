-- Orders that wait for goods, or for their rank among others: beside the processes, for who is served next is asked by shelf.
-- Rows of no units are of what waits no more; whoever looks puts them away.
create table waiting_order (
    subject text not null, stock bigint not null,
    units bigint not null check (units >= 0), channel text not null,
    since timestamptz not null,                          -- its place in the row
    turn_at timestamptz,                                 -- ranked among others until then; null: it waits for goods
    primary key (subject, stock)
);
-- What shops sold although it was not there: the facts of it, to be listed by time.
create table oversell (
    event bigint primary key,
    subject text not null, channel text not null, location text not null, policy text not null,
    units bigint not null, amount bigint not null, currency text not null,
    sold_at timestamptz not null, expected_on date,
    lines jsonb not null                                 -- [[line, product, units], …]
);
-- Orders placed by an older release that are still to be paid wait from now on as well.
insert into waiting_order (subject, stock, units, channel, since)
select p.subject, c.id::bigint << 32 | l.id::bigint << 16, sum((x ->> 'owed')::bigint), o ->> 'channel', timestamptz '2000-01-01 00:00+00'
from process p
cross join lateral (select convert_from(p.body, 'UTF8')::jsonb -> 'order' -> 2 as o) f
cross join lateral jsonb_array_elements(o -> 'lines') x
join commodity c on c.name = 'sku:' || (x ->> 'sku') join location l on l.name = o ->> 'location'
where p.kind = 'order' and p.state in ('RESERVED', 'SHIPPED_AHEAD') and (x ->> 'owed')::bigint > 0
group by p.subject, c.id, l.id, o ->> 'channel';
-- How long numbers were on their way to a channel: how many took at most so many milliseconds, for ever counted up.
create table stock_lag (
    channel text not null, le_ms bigint not null, -- the largest bigint: longer than every other
    n bigint not null, total_ms bigint not null, primary key (channel, le_ms)
) with (fillfactor = 50);
