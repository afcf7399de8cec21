-- Goods that must be cleaned, repaired or packed anew before they can be sold stand in a state of their own.
alter table stock add column if not exists refurbish bigint not null default 0 check (refurbish >= 0);
