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

-- An entry is never changed but by retention, which takes salt and body and leaves the header and its signature.
drop trigger entry_is_never_changed;
create trigger entry_is_never_changed before update on entry
when new.seq is not old.seq or new.kind is not old.kind or new.time is not old.time
  or json_extract(new.envelope, '$.body') is not null or json_extract(new.envelope, '$.salt') is not null
  or json_extract(new.envelope, '$.header') is not json_extract(old.envelope, '$.header')
  or json_extract(new.envelope, '$.sig') is not json_extract(old.envelope, '$.sig')
  or json_extract(new.envelope, '$.key') is not json_extract(old.envelope, '$.key')
begin select raise(abort, 'an entry is never changed'); end;
