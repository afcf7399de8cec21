-- What the front door keeps: what each client has leased of its quota. It may be lost in a crash: then quotas begin anew.
create unlogged table quota (
    client text not null, capability text not null,
    window_begins bigint not null, taken bigint not null, granted bigint not null,
    last_at timestamptz not null default now(),
    primary key (client, capability)
) with (fillfactor = 50);

-- Who is told what happened. A position for each gate: events of one gate become visible in the order of their numbers.
create table subscriber (
    id smallint generated always as identity primary key,
    name text not null unique, url text not null, is_private boolean not null default false,
    types text[] not null,
    secrets bytea not null,                 -- sealed: the newest first, with the moment from which each counts no more
    created_at timestamptz not null default now(),
    paused_because text,                    -- null while it is told
    failures int not null default 0, due timestamptz not null default now(), leased_until timestamptz
);
create table subscriber_position (
    subscriber smallint not null, gate smallint not null, event bigint not null, primary key (subscriber, gate)
) with (fillfactor = 50);
create table subscriber_failure (
    subscriber smallint not null, at timestamptz not null, message text not null, detail text not null
);
create index subscriber_failure_newest on subscriber_failure (subscriber, at desc);
