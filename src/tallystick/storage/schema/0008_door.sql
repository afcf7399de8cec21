-- What the front door keeps: what each client has leased of its quota. It may be lost in a crash: then quotas begin anew.
create unlogged table quota (
    client text not null, capability text not null,
    window_begins bigint not null, taken bigint not null, granted bigint not null,
    last_at timestamptz not null default now(),
    primary key (client, capability)
) with (fillfactor = 50);
