-- What the built-in judge has seen: by each reference of a customer, which orders, and when. References are the vault's.
create table screened_order (
    reference text not null, subject text not null, at timestamptz not null, primary key (reference, subject)
);
create index screened_order_lately on screened_order (reference, at);
-- How far the book has been followed for cases of customer service, by gate; and which cases an order has.
create table case_feed (one bool primary key default true check (one), begun_at timestamptz not null default clock_timestamp());
create table case_position (gate smallint primary key, event bigint not null) with (fillfactor = 50);
create table case_of_order (
    subject text not null, case_name text not null, is_open bool not null default true, primary key (subject, case_name)
);
create index case_of_order_named on case_of_order (case_name);
