-- Going live. The channels that run beside an old system stand in the row of every gate: a batch reads them with its number.
alter table gate add column kept text[] not null default '{}';
-- What those channels were to be told. It is no row of the outbox, so that nobody can deliver it.
create table kept_command (
    event bigint not null, n smallint not null, kind smallint not null, subject text not null, channel text not null,
    body bytea not null, closed_at timestamptz, closed_as text, primary key (event, n)
);
create index kept_command_channel on kept_command (channel, event);
create index kept_command_subject on kept_command (subject);

-- A takeover is prepared by a controller, in the currency of the book, for the sum of all it declares.
create function check_takeover_proposal() returns trigger language plpgsql as $$
declare
    opening jsonb; reversed proposal; total numeric;
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    if not exists (select from role_grant g where g.principal = new.prepared_by and g.role = 'controller' and g.revoked_at is null) then
        perform access_refuses('only a controller prepares a takeover');
    end if;
    opening := convert_from(new.body, 'UTF8')::jsonb -> 'opening';
    if new.currency <> (select value from setting where key = 'currency') or new.currency <> opening ->> 'currency' then
        perform access_refuses('a takeover is in the currency of its book');
    end if;
    select coalesce(sum(abs((x ->> 'amount')::bigint)), 0) into total from jsonb_array_elements(opening -> 'balances') x;
    select total + coalesce(sum((x ->> 'value')::bigint), 0) into total from jsonb_array_elements(opening -> 'stock') x;
    if new.amount is distinct from total then
        perform access_refuses('the amount of a takeover is the sum of its balances and stock');
    end if;
    new.subject := 'takeover/' || (opening ->> 'ledger');
    if (opening ->> 'reverses')::bigint <> 0 then
        select o.* into reversed from proposal o join execution x on x.proposal = o.id
            where o.id = (opening ->> 'reverses')::bigint and o.kind = 'takeover' and o.subject = new.subject;
        if reversed.id is null or convert_from(reversed.body, 'UTF8')::jsonb #>> '{opening,reverses}' <> '0' then
            perform access_refuses('there is no takeover ' || (opening ->> 'reverses') || ' of ' || new.subject || ' in the book to be reversed');
        end if;
        if convert_from(reversed.body, 'UTF8')::jsonb #> '{opening,balances}' <> opening -> 'balances' then
            perform access_refuses('a reversal names the balances of the takeover it reverses');
        end if;
    end if;
    return new;
end $$;

-- The gate writes an event of a takeover only if it says what was approved; what declares something, only once.
create function check_takeover() returns trigger language plpgsql as $$
declare
    report jsonb; p proposal; head bytea;
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    report := convert_from(new.body, 'UTF8')::jsonb;
    select o.* into p from proposal o join verdict v on v.proposal = o.id and v.says = 'approved'
        where o.id = (report ->> 'proposal')::bigint and o.kind = 'takeover';
    if p.id is null then
        perform access_refuses(new.subject || ': nobody has approved proposal ' || coalesce(report ->> 'proposal', 'none'));
    end if;
    if report ? 'taken' then
        -- The order stands in what was approved, byte for byte: searched, for reading all of it for each order would take for ever.
        head := convert_to('{"takeover":' || (report -> 'takeover')::text || ',"proposal":' || p.id || ',"currency":'
            || (report -> 'currency')::text || ',"taken":', 'UTF8');
        if substring(new.body from 1 for length(head)) <> head or p.subject <> 'takeover/' || (report ->> 'takeover')
                or position(substring(new.body from length(head) + 1 for length(new.body) - length(head) - 1) in p.body) = 0 then
            perform access_refuses(new.subject || ': this is not what was approved as proposal ' || p.id);
        end if;
        return null;
    end if;
    if new.subject <> p.subject or convert_from(p.body, 'UTF8')::jsonb -> 'opening' is distinct from report -> 'opening' then
        perform access_refuses(new.subject || ': this is not what was approved as proposal ' || p.id);
    end if;
    if convert_from(new.answer, 'UTF8')::jsonb ->> 'outcome' = 'ignored' then
        return null;
    end if;
    if exists (select from execution x where x.proposal = p.id) then
        perform access_refuses(new.subject || ': proposal ' || p.id || ' is in the book already');
    end if;
    if jsonb_path_query_first(convert_from(new.facts, 'UTF8')::jsonb, 'strict $[*] ? (@[0] starts with "opening_balances")[1].lines')
            is distinct from report #> '{opening,balances}' then
        perform access_refuses(new.subject || ': proposal ' || p.id || ' would not be booked as it was approved');
    end if;
    insert into execution (proposal, event) values (p.id, new.id);
    return null;
end $$;

create trigger takeover_checked before insert on proposal for each row when (new.kind = 'takeover')
    execute function check_takeover_proposal();
create trigger takeover_approved after insert on event for each row
    when (new.subject like 'takeover/%' or substring(new.body from 1 for 12) = '{"takeover":'::bytea)
    execute function check_takeover();
alter table proposal enable always trigger takeover_checked;
alter table event enable always trigger takeover_approved;
