-- Refunds of returns above the limit of their policy: one person prepares them, another approves, like manual entries.
create or replace function check_proposal() returns trigger language plpgsql as $$
declare
    who principal; entry jsonb; reversed jsonb;
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    select * into who from principal where id = new.prepared_by;
    if who.disabled_at is not null then
        perform access_refuses(who.name || ' is disabled');
    end if;
    new.prepared_at := clock_timestamp();
    if new.kind = 'manual_entry' then
        if not exists (select from role_grant g where g.principal = who.id and g.role = 'controller' and g.revoked_at is null) then
            perform access_refuses(who.name || ' is no controller, and prepares no manual entries');
        end if;
        entry := convert_from(new.body, 'UTF8')::jsonb;
        if new.currency <> (select value from setting where key = 'currency') or new.currency <> entry ->> 'currency' then
            perform access_refuses('a manual entry is in the currency of its book');
        end if;
        if new.amount is distinct from (select sum((line ->> 'amount')::bigint) from jsonb_array_elements(entry -> 'lines') line) then
            perform access_refuses('the amount of a manual entry is the sum of its lines');
        end if;
        new.subject := 'entry/' || new.id;
        if (entry ->> 'reverses')::bigint <> 0 then
            new.subject := 'entry/' || (entry ->> 'reverses');
            select convert_from(o.body, 'UTF8')::jsonb into reversed from proposal o join execution x on x.proposal = o.id
                where o.id = (entry ->> 'reverses')::bigint and o.kind = 'manual_entry';
            if reversed is null or reversed ->> 'reverses' <> '0' then
                perform access_refuses('there is no ' || new.subject || ' in the book to be reversed');
            end if;
            if reversed -> 'lines' <> entry -> 'lines' then
                perform access_refuses('a reversal names the lines of the entry it reverses');
            end if;
        end if;
    end if;
    if new.kind = 'return_refund' then
        if not exists (select from role_grant g where g.principal = who.id and g.role in ('operator', 'integrator') and g.revoked_at is null) then
            perform access_refuses(who.name || ' is no operator, and prepares no refunds');
        end if;
        entry := convert_from(new.body, 'UTF8')::jsonb;
        if new.currency <> (select value from setting where key = 'currency') or new.currency <> entry ->> 'currency' then
            perform access_refuses('a refund is in the currency of its book');
        end if;
        if new.amount is distinct from (entry ->> 'amount')::bigint then
            perform access_refuses('the amount of a proposal is what it would have refunded');
        end if;
        new.subject := 'order/' || (entry ->> 'order');
    end if;
    return new;
end $$;

-- The gate writes that a refund was approved only if it says what was approved, and only once.
create function check_return_refund() returns trigger language plpgsql as $$
declare
    report jsonb; p proposal;
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    report := convert_from(new.body, 'UTF8')::jsonb;
    select o.* into p from proposal o join verdict v on v.proposal = o.id and v.says = 'approved'
        where o.id = (report ->> 'proposal')::bigint and o.kind = 'return_refund';
    if p.id is null then
        perform access_refuses(new.subject || ': nobody has approved proposal ' || coalesce(report ->> 'proposal', 'none'));
    end if;
    if exists (select from execution x where x.proposal = p.id) then
        perform access_refuses(new.subject || ': proposal ' || p.id || ' is in the book already');
    end if;
    if convert_from(p.body, 'UTF8')::jsonb is distinct from report -> 'refund' or new.subject <> p.subject then
        perform access_refuses(new.subject || ': this is not what was approved as proposal ' || p.id);
    end if;
    insert into execution (proposal, event) values (p.id, new.id);
    return null;
end $$;
-- The process takes an approval under this name only: looking at names keeps the guard off the way of all other events. Orders of a
-- takeover come under such names too, and have a guard of their own, which looks at what they begin with.
create trigger return_refund_approved after insert on event for each row
    when (starts_with(new.ext_id, 'proposal-') and new.subject like 'order/%'
        and substring(new.body from 1 for 12) <> '{"takeover":'::bytea) execute function check_return_refund();
alter table event enable always trigger return_refund_approved;
