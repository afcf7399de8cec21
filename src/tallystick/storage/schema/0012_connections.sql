-- Connections: which foreign systems this book speaks with, where, with what secrets, and what came of it.
create table connection (
    id smallint generated always as identity primary key,
    name text not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),  -- the `source` of its deliveries, for ever
    connector text not null, url text not null,
    settings text not null,                 -- JSON: name to text, as the connector's manifest names them
    serves text not null,                   -- JSON: field of a command to the channels, providers or locations it serves
    poll_seconds int not null check (poll_seconds between 1 and 86400),
    places int not null check (places between 1 and 64),                     -- calls under way at once
    calls_per_minute_max int not null check (calls_per_minute_max >= 0),     -- 0: as the partner's own limit allows
    paused_because text,                    -- null while it works
    created_at timestamptz not null default clock_timestamp(),
    changed_at timestamptz not null default clock_timestamp(),               -- workers open it again when this moves
    removed_at timestamptz
);
-- Each sealed with the book's key for credentials and bound to its place: of no use to who has the table only.
create table connection_secret (
    connection smallint not null references connection (id), name text not null, sealed bytea not null,
    set_at timestamptz not null default clock_timestamp(), primary key (connection, name)
);
-- Which commands go there. A command has one way: the database refuses a second connection for the same.
create table connection_route (
    kind smallint not null references kind (id), address text not null,
    connection smallint not null references connection (id), primary key (kind, address)
);
create index connection_route_of on connection_route (connection);

-- How far each kind of thing has been pulled. Moves in the transaction that keeps what was pulled.
create table connection_pull (
    connection smallint not null references connection (id), kind text not null, cursor text not null default '',
    due timestamptz not null default now(), moved_at timestamptz, caught_up_at timestamptz, failures int not null default 0,
    primary key (connection, kind)
) with (fillfactor = 50);
-- One worker pulls from a connection at a time; `token` tells a holder who has lost it.
create table connection_poller (
    connection smallint primary key references connection (id), token bigint not null default 0, leased_until timestamptz
) with (fillfactor = 50);
-- What came of calls, by what was done: push, ask, hook, or the kind that was pulled.
create table connection_health (
    connection smallint not null references connection (id), verb text not null,
    succeeded bigint not null default 0, failed bigint not null default 0,
    succeeded_at timestamptz, failed_at timestamptz, failed_as text, failure text,
    primary key (connection, verb)
) with (fillfactor = 50);
create table connection_circuit (
    connection smallint primary key references connection (id), circuit text not null, since timestamptz not null
) with (fillfactor = 50);

-- What they call it and what we call it. A link that ends stays, with who ended it.
create table identity_link (
    id bigint generated always as identity primary key,
    connection smallint not null references connection (id), kind text not null,
    foreign_id text not null, our_id text not null,
    linked_at timestamptz not null default clock_timestamp(), linked_by text not null,
    ended_at timestamptz, ended_by text
);
create unique index identity_foreign on identity_link (connection, kind, foreign_id) where ended_at is null;
create unique index identity_ours on identity_link (connection, kind, our_id) where ended_at is null;

-- Whom a command is for, so that each partner's commands are found without looking at anybody else's.
alter table outbox add column address text not null default '';
update outbox set address = coalesce(b.body ->> 'provider', b.body ->> 'location', b.body ->> 'channel', '')
from (select event, n, convert_from(body, 'UTF8')::jsonb as body from outbox where state = 0) b
where outbox.event = b.event and outbox.n = b.n;
create index outbox_addressed on outbox (kind, address, event, n) where state = 0;
