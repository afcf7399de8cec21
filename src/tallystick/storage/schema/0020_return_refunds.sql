-- Refunds of returns above the limit of their policy: one person prepares them, another approves, like manual entries.
create function check_refund_proposal() returns trigger language plpgsql as $$
declare
    who principal; refund jsonb;
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    select * into who from principal where id = new.prepared_by;
    if not exists (select from role_grant g where g.principal = who.id and g.role in ('operator', 'integrator') and g.revoked_at is null) then
        perform access_refuses(who.name || ' is no operator, and prepares no refunds');
    end if;
    refund := convert_from(new.body, 'UTF8')::jsonb;
    if new.currency <> (select value from setting where key = 'currency') or new.currency <> refund ->> 'currency' then
        perform access_refuses('a refund is in the currency of its book');
    end if;
    if new.amount is distinct from (refund ->> 'amount')::bigint then
        perform access_refuses('the amount of a proposal is what it would have refunded');
    end if;
    new.subject := 'order/' || (refund ->> 'order');
    return new;
end $$;

-- The gate writes that a refund was approved only if it says what was approved, and only once.
create function check_return_refund() returns trigger language plpgsql as $$
declare
    report jsonb; p proposal;
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    if (select name from kind where id = new.kind) is distinct from 'tallystick.returning.return_refund_approved.v1' then
        return null;
    end if;
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
create trigger return_refund_checked before insert on proposal for each row when (new.kind = 'return_refund')
    execute function check_refund_proposal();
-- The process takes an approval under this name only: looking at names keeps the guard off the way of all other events.
create trigger return_refund_approved after insert on event for each row
    when (starts_with(new.ext_id, 'proposal-') and new.subject like 'order/%') execute function check_return_refund();
alter table proposal enable always trigger return_refund_checked;
alter table event enable always trigger return_refund_approved;
