-- Goods that must be cleaned, repaired or packed anew before they can be sold stand in a state of their own.
alter table stock add column if not exists refurbish bigint not null default 0 check (refurbish >= 0);

-- A correction of stock above the limit is proposed by one person and approved by another, like a manual entry.
create function check_stock_proposal() returns trigger language plpgsql as $$
declare
    who principal; correction jsonb;
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    select * into who from principal where id = new.prepared_by;
    if not exists (select from role_grant g where g.principal = who.id and g.role in ('operator', 'controller') and g.revoked_at is null) then
        perform access_refuses(who.name || ' is neither operator nor controller, and prepares no corrections of stock');
    end if;
    correction := convert_from(new.body, 'UTF8')::jsonb;
    if new.currency <> (select value from setting where key = 'currency') or new.currency <> correction ->> 'currency' then
        perform access_refuses('a correction is in the currency of its book');
    end if;
    if new.amount is distinct from (correction ->> 'amount')::bigint then
        perform access_refuses('the amount of a correction is what it was worth when it was reported');
    end if;
    new.subject := correction ->> 'subject';
    if new.subject not like 'correction/%' and new.subject not like 'cycle_count/%' then
        perform access_refuses(new.subject || ' is no correction');
    end if;
    return new;
end $$;

-- Who counted does not approve what the count found. Our own doors name a counter by the number of the person: user-7.
create function check_stock_verdict() returns trigger language plpgsql as $$
declare
    p proposal; counted jsonb; names text[];
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    select * into p from proposal where id = new.proposal;
    if p.kind is distinct from 'stock_correction' or new.says <> 'approved' then
        return new;
    end if;
    counted := convert_from(p.body, 'UTF8')::jsonb -> 'counted_by';
    select array_agg('user-' || o.person) into names from principal o
        where o.id in (new.given_by, coalesce(new.on_behalf_of, new.given_by));
    if exists (select from jsonb_array_elements_text(counted) n where n = any(names)) then
        perform access_refuses('who counted does not approve proposal ' || p.id);
    end if;
    return new;
end $$;

-- The gate writes an approved correction only if it is what was approved, and only once. One that changed nothing
-- (it was dropped, or is in the book already) is an event like any other.
create function check_correction() returns trigger language plpgsql as $$
declare
    report jsonb; p proposal;
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    if (select name from kind where id = new.kind) is distinct from 'tallystick.corrections.correction_approved.v1'
            or convert_from(new.facts, 'UTF8') = '[]' then
        return null;
    end if;
    report := convert_from(new.body, 'UTF8')::jsonb;
    select o.* into p from proposal o join verdict v on v.proposal = o.id and v.says = 'approved'
        where o.id = (report ->> 'proposal')::bigint and o.kind = 'stock_correction';
    if p.id is null then
        perform access_refuses(new.subject || ': nobody has approved proposal ' || coalesce(report ->> 'proposal', 'none'));
    end if;
    if exists (select from execution x where x.proposal = p.id) then
        perform access_refuses(new.subject || ': proposal ' || p.id || ' is in the book already');
    end if;
    if convert_from(p.body, 'UTF8')::jsonb is distinct from report -> 'correction' or new.subject <> p.subject then
        perform access_refuses(new.subject || ': this is not what was approved as proposal ' || p.id);
    end if;
    insert into execution (proposal, event) values (p.id, new.id);
    return null;
end $$;

create trigger stock_proposal_checked before insert on proposal for each row when (new.kind = 'stock_correction')
    execute function check_stock_proposal();
create trigger stock_verdict_checked before insert on verdict for each row execute function check_stock_verdict();
create trigger correction_approved after insert on event for each row
    when (new.subject like 'correction/%' or new.subject like 'cycle_count/%') execute function check_correction();
alter table proposal enable always trigger stock_proposal_checked;
alter table verdict enable always trigger stock_verdict_checked;
alter table event enable always trigger correction_approved;
