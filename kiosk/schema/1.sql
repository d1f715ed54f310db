-- Second copy of the log: envelopes as they lie in the segments.
create table entry (
  seq integer primary key,
  kind text not null,
  time text not null,
  envelope blob not null
) strict;

create trigger entry_is_never_changed before update on entry
begin select raise(abort, 'an entry is never changed'); end;
create trigger entry_is_never_deleted before delete on entry
begin select raise(abort, 'an entry is never deleted'); end;

-- RFC 6962 tree: complete nodes only (kiosk/tree.py).
create table node (
  level integer not null,
  idx integer not null,
  hash blob not null,
  primary key (level, idx)
) strict, without rowid;

-- How far each county stream has been applied here.
create table cursor (
  stream text primary key,
  seq integer not null
) strict, without rowid;

-- The newest receipt that held (one row).
create table receipt (
  one integer primary key check (one = 1),
  through integer not null,
  time text not null,
  note text not null
) strict;

create table subject (
  id text primary key,
  body text not null
) strict, without rowid;

create index subject_by_code on subject (body ->> 'code');

create table revoked_card (
  card text primary key,
  reason text not null
) strict, without rowid;

create table test (
  seq integer primary key,
  visit text not null,
  run text not null,
  subject text not null,
  product text not null,
  day text not null,
  outcome text not null,
  value text,
  retest_of integer
) strict;
create index test_by_visit on test (visit, seq);
create index test_by_lot on test (subject, product, day);

create table certificate (
  number text primary key,
  seq integer not null,
  visit text not null unique,
  subject text not null,
  product text not null,
  typed text not null
) strict, without rowid;
create index certificate_by_subject on certificate (subject, seq);

create table print (
  number text not null,
  copy integer not null,
  outcome text not null,
  primary key (number, copy)
) strict, without rowid;

-- Visits that are not finished, saved at each transition. Not entries: nobody has promised anything yet.
create table open_visit (
  id text primary key,
  visit text not null,
  run text
) strict, without rowid;
