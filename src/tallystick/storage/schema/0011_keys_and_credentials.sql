-- Under which Idempotency-Key somebody laid a proposal down: the same request again is told of the same proposal.
create table proposal_key (
    principal bigint not null references principal (id), key text not null,
    proposal bigint not null unique references proposal (id),
    days int not null, primary key (principal, key)
);
create trigger proposal_key_stays before update or delete on proposal_key for each row execute function only_added_to();
create trigger proposal_key_whole before truncate on proposal_key for each statement execute function only_added_to();
alter table proposal_key enable always trigger proposal_key_stays;
alter table proposal_key enable always trigger proposal_key_whole;

-- How we say at a subscriber's servers who we are; sealed, null where they do not ask.
alter table subscriber add column credentials bytea;
