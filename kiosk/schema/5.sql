-- What the county orders beyond version 4, days that were closed, and entries whose body retention may take.

-- Producers who left the list (`merged` empty), or are another one now.
create table former_subject (
  id text primary key,
  merged text not null,
  reason text not null,
  given text not null,
  day text not null
) strict, without rowid;

-- Parts of a list that is not whole yet; the last part empties this table.
create table snapshot_part (
  edition text not null,
  part integer not null,
  body text not null,
  primary key (edition, part)
) strict, without rowid;

create table credit (
  subject text primary key,
  body text not null,
  given text not null,
  day text not null
) strict, without rowid;

-- Grants and revocations of the county's root, as in its trust list.
create table key_word (
  signature text primary key,
  revokes integer not null,
  body text not null,
  given text not null,
  day text not null
) strict, without rowid;

create table staff (
  id text primary key,
  badge text not null,
  body text not null,
  given text not null,
  day text not null
) strict, without rowid;
create index staff_by_badge on staff (badge) where badge <> '';

create table notice (
  id text primary key,
  since text not null,
  until text not null,
  body text not null,
  given text not null,
  day text not null
) strict, without rowid;
create index notice_by_end on notice (until);

-- What the county asked the doctor; answered by the entry `seq`, null while it is not.
create table doctor_asked (
  given text primary key,
  day text not null,
  seq integer
) strict, without rowid;

create table update_given (
  one integer primary key check (one = 1),
  version text not null,
  digest text not null,
  since text not null,
  given text not null,
  day text not null
) strict;

create table day_closed (
  day text primary key,
  seq integer not null,
  size integer not null
) strict, without rowid;

-- How far the full check has come since it last began (one row); not part of what segments say.
create table full_check (
  one integer primary key check (one = 1),
  seq integer not null,
  began text not null,
  ended text not null,
  problem text not null
) strict;

-- Entries whose salt and body retention took, by the entry `seq` that says so. `ended`: no copy of them is left.
create table retired (
  seq integer not null,
  first integer not null,
  last integer not null,
  ended integer not null default 0,
  primary key (seq, first)
) strict, without rowid;

create index retired_by_first on retired (first);

-- From here on every row is made by one entry and bears its number: what retention takes, it can take here too.

-- One row for each entry about a copy; the newest counts.
create table print_entry (
  number text not null,
  copy integer not null,
  seq integer not null,
  outcome text not null,
  primary key (number, copy, seq)
) strict, without rowid;
insert into print_entry
  select body ->> 'number', 1, seq, 'begun'
    from (select seq, json_extract(cast(envelope as text), '$.body') as body from entry where kind = 'certificate')
  union all
  select body ->> 'number', body ->> 'copy', seq, 'begun'
    from (select seq, json_extract(cast(envelope as text), '$.body') as body from entry where kind = 'reprint')
  union all
  select body ->> 'number', body ->> 'copy', seq, body ->> 'outcome'
    from (select seq, json_extract(cast(envelope as text), '$.body') as body from entry where kind = 'print');
drop table print;
alter table print_entry rename to print;

-- One row for each declaration of a lot; the first says what the lot is.
create table lot_declared (
  lot text not null,
  seq integer not null,
  subject text not null,
  product text not null,
  plot text not null,
  day text not null,
  primary key (lot, seq)
) strict, without rowid;
insert into lot_declared
  select body ->> 'lot', seq, body ->> 'subject', body ->> 'product', coalesce(body ->> 'plot', ''), substr(time, 1, 10)
    from (select seq, time, json_extract(cast(envelope as text), '$.body') as body from entry
          where kind = 'lot.declared');
drop table lot;
alter table lot_declared rename to lot;
create index lot_by_goods on lot (subject, product, plot, day);

-- One row for each time that a certificate was declared void. The book of a lot finds it by its certificate.
create table voided_entry (
  number text not null,
  seq integer not null,
  reason text not null,
  primary key (number, seq)
) strict, without rowid;
insert into voided_entry
  select body ->> 'number', seq, body ->> 'reason'
    from (select seq, json_extract(cast(envelope as text), '$.body') as body from entry
          where kind = 'certificate.voided');
drop table voided;
alter table voided_entry rename to voided;

-- Which entries a lot is folded from, and papers: also of entries that version 2 recorded and had no tables for.
update certificate set lot = coalesce(
  (select json_extract(cast(envelope as text), '$.body.lot') from entry where entry.seq = certificate.seq), lot);
update test set lot = coalesce(
  (select json_extract(cast(envelope as text), '$.body.lot') from entry where entry.seq = test.seq), lot);
insert or ignore into paper
  select seq, json_extract(cast(envelope as text), '$.body.receiver') from entry where kind = 'incoming';
delete from lot_entry;
insert or ignore into lot_entry
  select body ->> 'lot', seq
    from (select seq, json_extract(cast(envelope as text), '$.body') as body from entry
          where kind in ('lot.declared', 'certificate', 'lot.dispatched', 'lot.lost', 'drugs.stated'))
    where coalesce(body ->> 'lot', '') <> ''
  union
  select body ->> 'parent', seq
    from (select seq, json_extract(cast(envelope as text), '$.body') as body from entry where kind = 'lot.declared')
    where coalesce(body ->> 'parent', '') <> ''
  union
  select source.value, seq
    from (select seq, json_extract(cast(envelope as text), '$.body.sources') as sources from entry
          where kind = 'lot.declared'), json_each(sources) as source
    where source.value <> ''
  union
  select iif(body ->> 'paper' = 'ours' and body ->> 'number' <> '', body ->> 'number', 'seq:' || seq), seq
    from (select seq, json_extract(cast(envelope as text), '$.body') as body from entry where kind = 'incoming');

-- An entry is never changed but by retention, which takes salt and body and leaves the header and its signature.
drop trigger entry_is_never_changed;
create trigger entry_is_never_changed before update on entry
when new.seq is not old.seq or new.kind is not old.kind or new.time is not old.time
  or json_extract(cast(new.envelope as text), '$.body') is not null
  or json_extract(cast(new.envelope as text), '$.salt') is not null
  or json_extract(cast(new.envelope as text), '$.header') is not json_extract(cast(old.envelope as text), '$.header')
  or json_extract(cast(new.envelope as text), '$.sig') is not json_extract(cast(old.envelope as text), '$.sig')
  or json_extract(cast(new.envelope as text), '$.key') is not json_extract(cast(old.envelope as text), '$.key')
begin select raise(abort, 'an entry is never changed'); end;
