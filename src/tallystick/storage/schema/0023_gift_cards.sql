-- Gift cards: one row each, named by a keyed digest of its code, locked by whoever moves it. What was had, ran out or is held of a
-- card is never more than it is good for.
create table gift_card (
    card text primary key, channel text not null, currency text not null, jurisdiction text not null,
    state text not null,                                 -- active, blocked, expired
    expires_on date,
    face bigint not null check (face > 0),
    tax bigint not null check (tax >= 0 and tax < face),
    breakage bigint not null check (breakage >= 0 and breakage < face),
    redeemed bigint not null check (redeemed >= 0),
    expired bigint not null check (expired >= 0),
    held bigint not null check (held >= 0),
    event bigint not null,                               -- the last one that touched the row
    check (redeemed + expired + held <= face)
);
