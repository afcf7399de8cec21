-- What each channel is told to show of each product: the newest number, and which it is known to have taken.
create table stock_feed (
    channel text primary key, connection smallint not null references connection (id),
    rules_version int, day date,            -- by which rules and on which day all of it was last looked at; null: never
    sweep_after int,                        -- looking at every product: the last one done; null: not under way
    locations text not null default '',     -- where its stock stands, by commas; empty: everywhere
    sweep_forced boolean not null default false,                             -- and tell each, also where nothing differs
    compare_due timestamptz not null default now(), compared_at timestamptz
) with (fillfactor = 50);
-- Events of one gate become visible in the order of their numbers: a position for each gate misses nothing.
create table stock_feed_position (
    channel text not null, gate smallint not null, event bigint not null, primary key (channel, gate)
) with (fillfactor = 50);
create table stock_told (
    channel text not null, item int not null,                                -- item: the product's commodity
    wanted bigint not null check (wanted >= 0), version bigint not null,     -- what it should show, and the number of that word
    changed_at timestamptz,                                                  -- the first change since it was last told
    told bigint, told_version bigint not null default 0, told_at timestamptz, told_since timestamptz,
    shown bigint, shown_version bigint not null default 0, acknowledged_at timestamptz, lag_ms bigint,
    due timestamptz not null default now(), leased_until timestamptz, attempts int not null default 0, failure text,
    seen bigint, seen_version bigint, differs boolean not null default false, -- another number it was seen to show
    primary key (channel, item), check (shown_version <= told_version and told_version <= version)
) with (fillfactor = 50);
create index stock_told_waiting on stock_told (channel, due) where version > shown_version;
