-- Who may do what in this book, what two people must agree to, and an audit log that is only added to.
-- Every function looks at its own schema only, so that no table of the same name elsewhere can stand in for one of ours.

-- Users are people. A client is a program that acts for one: `person` is that user, and a user's own number is his.
create table principal (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('user', 'client')),
    name text not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    person bigint not null references principal (id),
    created_at timestamptz not null default clock_timestamp(),
    created_by bigint references principal (id),            -- null: the first, by the operating system's user
    disabled_at timestamptz,
    check (kind = 'user' or person <> id)
);
create table role_grant (
    id bigint generated always as identity primary key,
    principal bigint not null references principal (id),
    role text not null check (role in ('viewer', 'operator', 'controller', 'approver', 'integrator', 'administrator')),
    amount_max bigint check (amount_max > 0),               -- minor units of the book's currency; an approver's limit
    granted_at timestamptz not null default clock_timestamp(),
    granted_by bigint references principal (id),
    revoked_at timestamptz, revoked_by bigint references principal (id),
    check ((role = 'approver') = (amount_max is not null))
);
create unique index role_granted on role_grant (principal, role) where revoked_at is null;
-- An approver on leave lets somebody act for him. What was lent cannot be lent again.
create table delegation (
    id bigint generated always as identity primary key,
    giver bigint not null references principal (id), taker bigint not null references principal (id),
    given_at timestamptz not null default clock_timestamp(), until timestamptz not null, revoked_at timestamptz,
    check (giver <> taker)
);
create table api_key (
    id text primary key check (id ~ '^[a-z2-7]{12}$'),
    principal bigint not null references principal (id),
    hash bytea not null check (length(hash) = 32),          -- keyed: of no use to who has the table only
    scopes text[],                                          -- null: all that its principal's roles allow
    created_at timestamptz not null default clock_timestamp(), created_by bigint not null references principal (id),
    expires_at timestamptz, revoked_at timestamptz, rotated_to text
);
create index api_key_principal on api_key (principal);
-- Keys that sign tokens are derived from the master key by their number; only the numbers are kept.
create table signing_key (
    number int primary key, created_at timestamptz not null default clock_timestamp(), retired_at timestamptz
);
insert into signing_key (number) values (1);

-- Maker and checker. A proposal is what one person prepared, a verdict what another said of it, an execution the event
-- it became. All three are only added to; what state a proposal is in follows from which rows there are.
create table proposal (
    id bigint generated always as identity primary key,
    kind text not null, subject text not null,
    body bytea not null, digest bytea not null check (digest = sha256(body)),
    amount bigint not null check (amount >= 0), currency text not null,
    prepared_by bigint not null references principal (id),
    prepared_at timestamptz not null default clock_timestamp(), expires_at timestamptz not null,
    check (expires_at > prepared_at and expires_at <= prepared_at + interval '90 days')
);
create table verdict (
    proposal bigint primary key references proposal (id),
    says text not null check (says in ('approved', 'rejected', 'withdrawn')),
    given_by bigint not null references principal (id), on_behalf_of bigint references principal (id),
    digest bytea not null, given_at timestamptz not null default clock_timestamp(), because text not null default ''
);
create table execution (
    proposal bigint primary key references verdict (proposal), event bigint not null unique,
    at timestamptz not null default clock_timestamp()
);

create table audit (
    id bigint primary key, at timestamptz not null, actor text not null, action text not null, subject text not null,
    outcome text not null, detail text not null, correlation text,
    previous bytea not null, mac bytea not null             -- keyed, over the row and the mac before it
);
create index audit_subject on audit (subject, id);
-- Where the log ends; the seal is keyed, so that a log cut short cannot be made to look whole.
create table audit_head (
    one boolean primary key default true check (one), id bigint not null, mac bytea not null, seal bytea
);
insert into audit_head (id, mac) values (0, '\x00');

create function only_added_to() returns trigger language plpgsql as $$
begin
    raise exception '% is only added to: no row of it is ever changed or removed', tg_table_name using errcode = 'check_violation';
end $$;

create function access_refuses(reason text) returns void language plpgsql as $$
begin
    raise exception '%', reason using errcode = 'check_violation';
end $$;

-- A row stays what it was; only that it has ended may be written into it. What was revoked stays revoked.
create function only_ends() returns trigger language plpgsql as $$
declare
    ends text[] := tg_argv[0]::text[];
begin
    if to_jsonb(new) - ends <> to_jsonb(old) - ends then
        raise exception 'a row of % stays what it was: end it and add another', tg_table_name using errcode = 'check_violation';
    end if;
    if to_jsonb(old) ->> 'revoked_at' is not null and to_jsonb(new) <> to_jsonb(old) then
        raise exception 'what has ended in % stays ended: add another', tg_table_name using errcode = 'check_violation';
    end if;
    return new;
end $$;

create function check_principal() returns trigger language plpgsql as $$
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    if new.person <> new.id and not exists
        (select from principal o where o.id = new.person and o.person = o.id and o.kind = 'user') then
        perform access_refuses(new.name || ' must act for a user');
    end if;
    return new;
end $$;

create function check_grant() returns trigger language plpgsql as $$
declare
    whom principal; giver principal;
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    select * into whom from principal where id = new.principal;
    if new.granted_by is null then
        if exists (select from role_grant) or new.role <> 'administrator' then
            perform access_refuses('a role is granted by somebody; only the first administrator is not');
        end if;
        return new;
    end if;
    select * into giver from principal where id = new.granted_by;
    if giver.person = whom.person then
        perform access_refuses(giver.name || ' cannot grant a role to themselves: another administrator can');
    end if;
    if giver.disabled_at is not null or not exists
        (select from role_grant g where g.principal = giver.id and g.role = 'administrator' and g.revoked_at is null) then
        perform access_refuses(giver.name || ' is no administrator, and grants nothing');
    end if;
    if whom.kind = 'client' and new.role in ('approver', 'administrator') then
        perform access_refuses(new.role || ' is for people: ' || whom.name || ' is a client');
    end if;
    return new;
end $$;

create function check_delegation() returns trigger language plpgsql as $$
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    if (select count(distinct person) from principal where id in (new.giver, new.taker) and kind = 'user') < 2 then
        perform access_refuses('a delegation goes from one person to another');
    end if;
    if not exists (select from role_grant where principal = new.giver and role = 'approver' and revoked_at is null) then
        perform access_refuses('only an approver of his own right can let somebody act for him');
    end if;
    if new.until > new.given_at + interval '92 days' then
        perform access_refuses('a delegation lasts 92 days at most');
    end if;
    return new;
end $$;

-- Who holds a user's key acts as that user: nobody makes one for another person, administrators included.
create function check_key() returns trigger language plpgsql as $$
declare
    whose principal; maker principal;
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    select * into whose from principal where id = new.principal;
    select * into maker from principal where id = new.created_by;
    if whose.kind = 'user' and whose.person <> maker.person then
        perform access_refuses('a key of ' || whose.name || ' is made by ' || whose.name || ' alone: it acts in that name');
    end if;
    if whose.disabled_at is not null or maker.disabled_at is not null then
        perform access_refuses('one of ' || whose.name || ' and ' || maker.name || ' is disabled');
    end if;
    return new;
end $$;

create function check_proposal() returns trigger language plpgsql as $$
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
    return new;
end $$;

-- The heart of it: who prepared something does not approve it, by whatever name, and nobody approves beyond their limit.
create function check_verdict() returns trigger language plpgsql as $$
declare
    p proposal; maker principal; checker principal; giver principal; holder principal; limit_ bigint; entry jsonb;
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    new.given_at := clock_timestamp();
    select * into p from proposal where id = new.proposal for update;
    if p.id is null then
        perform access_refuses('there is no proposal ' || new.proposal);
    end if;
    select * into maker from principal where id = p.prepared_by;
    select * into checker from principal where id = new.given_by for share;
    if checker.disabled_at is not null then
        perform access_refuses(checker.name || ' is disabled');
    end if;
    if exists (select from verdict v where v.proposal = p.id) then
        perform access_refuses('proposal ' || p.id || ' has its verdict already');
    end if;
    if new.says = 'withdrawn' then
        if checker.person <> maker.person or new.on_behalf_of is not null then
            perform access_refuses('only ' || maker.name || ', who prepared it, can withdraw proposal ' || p.id);
        end if;
        return new;
    end if;
    if checker.person = maker.person then
        perform access_refuses('who prepares does not approve: ' || checker.name || ' and ' || maker.name || ' are the same person');
    end if;
    if checker.kind <> 'user' then
        perform access_refuses('approving is for people: ' || checker.name || ' is a client');
    end if;
    holder := checker;
    if new.on_behalf_of is not null then
        select * into giver from principal where id = new.on_behalf_of for share;
        if giver.person = maker.person then
            perform access_refuses('who prepares does not approve, nor does anybody on their behalf');
        end if;
        if giver.disabled_at is not null or not exists (select from delegation d where d.giver = giver.id
                and d.taker = checker.id and d.revoked_at is null and d.until > new.given_at) then
            perform access_refuses(checker.name || ' may not act for ' || giver.name);
        end if;
        holder := giver;
    end if;
    select amount_max into limit_ from role_grant
        where principal = holder.id and role = 'approver' and revoked_at is null for share;
    if limit_ is null then
        perform access_refuses(holder.name || ' is no approver');
    end if;
    if new.says = 'rejected' then
        return new;
    end if;
    if p.amount > limit_ then
        perform access_refuses('proposal ' || p.id || ' is above the limit of ' || holder.name);
    end if;
    if p.expires_at <= new.given_at then
        perform access_refuses('proposal ' || p.id || ' has expired');
    end if;
    if new.digest <> p.digest then
        perform access_refuses('proposal ' || p.id || ' is not what was looked at');
    end if;
    if p.kind = 'manual_entry' then
        entry := convert_from(p.body, 'UTF8')::jsonb;
        if (entry ->> 'effective_on')::date <= (select max(through) from period) then
            perform access_refuses('proposal ' || p.id || ' is dated in a closed period');
        end if;
        if (entry ->> 'reverses')::bigint > 0 then
            perform 1 from proposal where id = (entry ->> 'reverses')::bigint for update;
            if exists (select from verdict v join proposal o on o.id = v.proposal where v.says = 'approved' and o.id <> p.id
                    and o.kind = 'manual_entry' and convert_from(o.body, 'UTF8')::jsonb ->> 'reverses' = entry ->> 'reverses') then
                perform access_refuses('entry ' || (entry ->> 'reverses') || ' is reversed already');
            end if;
        end if;
    end if;
    return new;
end $$;

-- The gate writes an event of a manual entry only if it says what was approved, and only once.
create function check_manual_entry() returns trigger language plpgsql as $$
declare
    report jsonb; fact jsonb; p proposal;
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    report := convert_from(new.body, 'UTF8')::jsonb;
    fact := convert_from(new.facts, 'UTF8')::jsonb;
    select o.* into p from proposal o join verdict v on v.proposal = o.id and v.says = 'approved'
        where o.id = (report ->> 'proposal')::bigint and o.kind = 'manual_entry';
    if p.id is null then
        perform access_refuses(new.subject || ': nobody has approved proposal ' || coalesce(report ->> 'proposal', 'none'));
    end if;
    if exists (select from execution x where x.proposal = p.id) then
        perform access_refuses(new.subject || ': proposal ' || p.id || ' is in the book already');
    end if;
    if convert_from(p.body, 'UTF8')::jsonb is distinct from report -> 'entry' or new.subject <> p.subject then
        perform access_refuses(new.subject || ': this is not what was approved as proposal ' || p.id);
    end if;
    if jsonb_array_length(fact) <> 1 or fact #> '{0,1,lines}' is distinct from report #> '{entry,lines}' then
        perform access_refuses(new.subject || ': proposal ' || p.id || ' would not be booked as it was approved');
    end if;
    insert into execution (proposal, event) values (p.id, new.id);
    return null;
end $$;

-- Doors that remember who is who forget it when anything of this changes.
create function tell_of_access() returns trigger language plpgsql as $$
begin
    perform pg_notify('tallystick_access', tg_table_schema);
    return null;
end $$;

create function check_execution() returns trigger language plpgsql as $$
begin
    perform set_config('search_path', quote_ident(tg_table_schema) || ', pg_temp', true);
    if not exists (select from verdict v where v.proposal = new.proposal and v.says = 'approved') then
        perform access_refuses('proposal ' || new.proposal || ' is not approved');
    end if;
    if not exists (select from event e join proposal p on p.subject = e.subject where e.id = new.event and p.id = new.proposal) then
        perform access_refuses('proposal ' || new.proposal || ' is carried out by an event of the book, and by nothing else');
    end if;
    return new;
end $$;

create trigger principal_checked before insert on principal for each row execute function check_principal();
create trigger principal_stays before update on principal for each row execute function only_ends('{disabled_at}');
create trigger grant_checked before insert on role_grant for each row execute function check_grant();
create trigger grant_stays before update on role_grant for each row execute function only_ends('{revoked_at,revoked_by}');
create trigger delegation_checked before insert on delegation for each row execute function check_delegation();
create trigger delegation_stays before update on delegation for each row execute function only_ends('{revoked_at}');
create trigger key_checked before insert on api_key for each row execute function check_key();
create trigger key_stays before update on api_key for each row execute function only_ends('{expires_at,revoked_at,rotated_to}');
create trigger proposal_checked before insert on proposal for each row execute function check_proposal();
create trigger verdict_checked before insert on verdict for each row execute function check_verdict();
create trigger execution_checked before insert on execution for each row execute function check_execution();
create trigger manual_entry_approved after insert on event for each row when (new.subject like 'entry/%')
    execute function check_manual_entry();
create trigger principal_told after insert or update on principal for each statement execute function tell_of_access();
create trigger grant_told after insert or update on role_grant for each statement execute function tell_of_access();
create trigger delegation_told after insert or update on delegation for each statement execute function tell_of_access();
create trigger key_told after insert or update on api_key for each statement execute function tell_of_access();
create trigger signing_told after insert or update on signing_key for each statement execute function tell_of_access();
create trigger proposal_stays before update or delete on proposal for each row execute function only_added_to();
create trigger verdict_stays before update or delete on verdict for each row execute function only_added_to();
create trigger execution_stays before update or delete on execution for each row execute function only_added_to();
create trigger audit_stays before update or delete on audit for each row execute function only_added_to();
create trigger principal_kept before delete on principal for each row execute function only_added_to();
create trigger grant_kept before delete on role_grant for each row execute function only_added_to();
create trigger delegation_kept before delete on delegation for each row execute function only_added_to();
create trigger key_kept before delete on api_key for each row execute function only_added_to();
create trigger audit_whole before truncate on audit for each statement execute function only_added_to();
create trigger proposal_whole before truncate on proposal for each statement execute function only_added_to();
create trigger verdict_whole before truncate on verdict for each statement execute function only_added_to();
create trigger execution_whole before truncate on execution for each statement execute function only_added_to();

-- A guard holds in every session: also in one that says it only replays what was checked elsewhere.
do $$
declare
    guard record;
begin
    for guard in select t.tgrelid::regclass as name, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where c.relnamespace = current_schema()::regnamespace and not t.tgisinternal
    loop
        execute format('alter table %s enable always trigger %I', guard.name, guard.tgname);
    end loop;
end $$;
