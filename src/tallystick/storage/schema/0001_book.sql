-- One book. Everything of it stands in its own schema; no foreign key leaves it, so that a book can move to a node of its own.

create table setting (key text primary key, value text not null);

-- Names are kept once and numbered; rows carry the number.
create table source (id smallint generated always as identity primary key, name text not null unique);
create table kind (id smallint generated always as identity primary key, name text not null unique);
create table location (id smallint generated always as identity primary key, name text not null unique);
create table account (id int generated always as identity primary key, name text not null unique);
create table commodity (id int generated always as identity primary key, name text not null unique);
create table posting_rule (
    version smallint, number smallint, name text not null, debit text not null, credit text not null,
    because text not null, primary key (version, number)
);

-- The inbox: what arrived, before anybody translated it. Deduplicated on (source, ext_id) for ever.
create table delivery (
    id bigint generated always as identity primary key,
    source smallint not null, ext_id text not null, subject text not null,
    received_at timestamptz not null default now(),
    digest bytea not null,          -- of what the sender said; stays when the body goes
    body bytea,                     -- encrypted; null once retention or erasure took it
    person text,                    -- whom it speaks of
    unique (source, ext_id)
);
create index delivery_person on delivery (person) where person is not null;
create table inbox (
    delivery bigint primary key, subject text not null,
    position bigint not null,               -- order within a subject; a mended message takes the place of the broken one
    state smallint not null default 0,      -- 0 waiting, 1 early: until its subject moves, 2 parked: until mended
    attempts smallint not null default 0
);
create index inbox_position on inbox (position, delivery);
create index inbox_subject on inbox (subject, position) where state <> 0;
create table dead_letter (
    id bigint generated always as identity primary key,
    delivery bigint, source smallint not null, ext_id text not null, subject text not null,
    place text not null, reason text not null, remedy text not null,
    body bytea, person text,
    opened_at timestamptz not null default now(), closed_at timestamptz, closed_as text,
    unique (source, ext_id, place, opened_at)
);
create index dead_letter_open on dead_letter (subject) where closed_at is null;

-- The gate: one chain of batches each.
create table gate (id smallint primary key, batch bigint not null, head bytea not null) with (fillfactor = 10);
create table batch (
    id bigint primary key, previous bytea not null, hash bytea not null, events int not null,
    recorded_at timestamptz not null
);
create table seen (source smallint not null, ext_id text not null, event bigint not null, primary key (source, ext_id));
create table event (
    id bigint primary key,                  -- batch << 12 | place in the batch
    source smallint not null, kind smallint not null, rules smallint not null,
    effective_at timestamptz not null, effective_on date not null, booked_on date not null, zone text not null,
    ext_id text not null, subject text not null,
    correlation text, causation text, traceparent text,
    body bytea not null,                    -- the canonical report: no personal data
    facts bytea not null,                   -- what was decided, fully valued
    answer bytea not null,                  -- what the sender was told, and is told again
    after bytea                             -- digest of the family after this event, on the last of its batch
);
alter table event alter body set storage main;
create index event_subject on event (subject);
create index event_correlation on event (correlation) where correlation is not null;
create table posting (
    event bigint not null, n int not null, rule smallint not null,
    debit int not null, credit int not null, commodity int not null, item int not null,
    amount bigint not null check (amount > 0), check (debit <> credit),
    primary key (event, n)
);
create table delta (
    batch bigint not null, account int not null, commodity int not null, amount bigint not null,
    primary key (batch, account, commodity)
);
create table rolled_delta (
    account int not null, commodity int not null, amount bigint not null, through bigint not null,
    primary key (account, commodity)
);

-- Live rows, locked by the gate. id = commodity << 32 | location << 16 | lot and owner (0: none).
create table stock (
    id bigint primary key,
    sellable bigint not null default 0 check (sellable >= 0),
    reserved bigint not null default 0 check (reserved >= 0),
    quarantine bigint not null default 0 check (quarantine >= 0),
    damaged bigint not null default 0 check (damaged >= 0),
    short bigint not null default 0 check (short >= 0),
    short_value bigint not null default 0,
    value bigint not null default 0 check (value >= 0),
    last_cost bigint not null default 0 check (last_cost >= 0)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
create table process (
    subject text primary key, kind text not null, state text not null, event bigint not null, body bytea not null
) with (fillfactor = 70);
create table open_sale (
    customer text not null, sku int not null, event bigint not null, line int not null,
    units_left bigint not null check (units_left >= 0), cost_left bigint not null check (cost_left >= 0),
    unit_net bigint not null, primary key (customer, sku, event, line)
);
create table timer (subject text not null, member text not null, version int not null, due timestamptz not null);
create index timer_due on timer (due);

-- The outbox: commands to foreign systems, every attempt kept.
create table outbox (
    event bigint not null, n smallint not null, kind smallint not null, subject text not null, body bytea not null,
    state smallint not null default 0,      -- 0 waiting, 1 done, 2 dead
    attempts smallint not null default 0,
    due timestamptz not null, leased_until timestamptz,
    primary key (event, n)
) with (fillfactor = 70);
create index outbox_waiting on outbox (subject, event, n) where state = 0;
create table attempt (
    event bigint not null, n smallint not null, attempt smallint not null,
    at timestamptz not null, outcome text not null, detail text not null, primary key (event, n, attempt)
);

-- What a person should look at.
create table break (
    event bigint not null, n smallint not null, kind text not null, subject text not null, detail text not null,
    amount bigint not null, commodity text not null, closed_at timestamptz, closed_as text, primary key (event, n)
);
create index break_open on break (kind) where closed_at is null;

create table period (through date primary key, sealed_at timestamptz not null, root text not null, entries int not null);

-- The vault: personal data, one key a person. Erasure throws the key away.
create table person (
    reference text primary key, wrapped_key bytea, payload bytea,
    created_at timestamptz not null default now(), erased_at timestamptz
);
