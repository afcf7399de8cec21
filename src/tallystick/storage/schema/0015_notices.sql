-- What customers are told: one notice for each order, kind, occasion and addressee, for ever. Nothing of a person stands here.
create table notice (
    event bigint not null, n smallint not null,         -- the event that gave the occasion
    subject text not null, kind text not null, occasion text not null, channel text not null,
    customer text not null,                             -- the vault's reference of whom to tell
    body bytea not null,                                -- the command
    state smallint not null default 0,                  -- 0 waiting, 1 sent, 2 not sent
    attempts smallint not null default 0, resent smallint not null default 0,
    begun_at timestamptz,                               -- a letter is being handed over; set before, cleared with its outcome
    due timestamptz not null, leased_until timestamptz, made_at timestamptz not null default clock_timestamp(),
    primary key (event, n), unique (subject, kind, occasion, customer)
) with (fillfactor = 70);
create index notice_waiting on notice (due) where state = 0;
create index notice_of on notice (subject) where state = 0;
create table notice_attempt (
    id bigint generated always as identity primary key, event bigint not null, n smallint not null,
    at timestamptz not null, outcome text not null, detail text not null
);
create index notice_attempt_of on notice_attempt (event, n);
-- Events of one gate become visible in the order of their numbers: a position for each gate misses nothing.
create table notice_feed (one bool primary key default true check (one), begun_at timestamptz not null default clock_timestamp());
create table notice_position (gate smallint primary key, event bigint not null) with (fillfactor = 50);
create table notice_secret (name text primary key, sealed bytea not null, set_at timestamptz not null default clock_timestamp());
