-- Records of things are read by kind and code; who follows them asks for the events about them only.
create index process_master on process (subject collate "C") where kind = 'master';
create index event_master on event (id) where starts_with(subject, 'master/');
-- What each channel is told of each product: the newest word, and which it is known to have taken.
create table publication_feed (
    channel text primary key, connection smallint not null references connection (id),
    rules text not null default '',         -- the events by which ownership and rules stood when all of it was last looked at
    sweep_after text default '',            -- looking at every product: the last one done; null: not under way
    look_at timestamptz                     -- when the clock alone changes something: a price begins or ends
) with (fillfactor = 50);
create table publication_position (
    channel text not null, gate smallint not null, event bigint not null, primary key (channel, gate)
) with (fillfactor = 50);
create table publication_told (
    id int generated always as identity unique, channel text not null, sku text not null,
    wanted bytea, version bigint not null default 0,    -- the command, and the number of that word; null: none was ever wanted
    offer bytea not null,                               -- why, and what is missing, as it was decided
    told bytea, told_version bigint not null default 0, told_at timestamptz,
    shown bytea, shown_version bigint not null default 0, acknowledged_at timestamptz,
    due timestamptz not null default now(), leased_until timestamptz, attempts int not null default 0, failure text,
    primary key (channel, sku), check (shown_version <= told_version and told_version <= version)
) with (fillfactor = 50);
create index publication_told_waiting on publication_told (channel, due) where version > shown_version;
