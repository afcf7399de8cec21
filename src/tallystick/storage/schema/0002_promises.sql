-- What is promised and arranged about units: units owed, fences by channel and goods announced stand in the stock row they are
-- about, so that whoever locks the row has all of it; and every change of them is kept beside the event that made it.
alter table stock
    add column owed bigint not null default 0 check (owed >= 0),
    add column event bigint not null default 0, -- the last one that touched the row
    add column plans jsonb;                     -- {"fences": {channel: units}, "incoming": {day: units}}, null: none

create table plan_change (
    event bigint not null, n smallint not null, stock bigint not null,
    what smallint not null,                     -- 0 fence, 1 incoming
    key text not null,                          -- the channel, or the day
    change bigint not null,
    primary key (event, n)
);
create index plan_change_stock on plan_change (stock, event);
