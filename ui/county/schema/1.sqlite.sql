-- The county's memory, version 1. An entry is kept for ever; every other table can be made again from entries.

-- One row. `version` counts commits that a page could show, `place` the entries that have entered a verified prefix.
create table state (
  one integer primary key check (one = 1),
  version integer not null,
  place integer not null
) strict;
insert into state values (1, 0, 0);

-- `place` is null while an earlier entry of the same log is missing. Retention takes body and salt, nothing else.
create table entry (
  log text not null,
  seq integer not null,
  place integer,
  station text not null,
  kind text not null,
  time text not null,
  clock text not null,
  header blob not null,
  body blob,
  salt blob,
  signature blob not null,
  key text not null,
  received text not null,
  primary key (log, seq)
) strict;
create index entry_pending on entry (log, seq) where place is null;

create trigger entry_kept before delete on entry
begin
  select raise(abort, 'an entry is never deleted');
end;
create trigger entry_unchanged before update of log, seq, station, kind, time, clock, header, signature, key, received on entry
begin
  select raise(abort, 'an entry is never changed');
end;

-- The verified contiguous prefix of each log, its RFC 6962 root, and the receipt that was given for it.
create table head (
  log text primary key,
  station text not null,
  through integer not null,
  root blob not null,
  receipted integer not null default 0,
  receipt text not null default ''
) strict, without rowid;

create table node (
  log text not null,
  level integer not null,
  idx integer not null,
  hash blob not null,
  primary key (log, level, idx)
) strict, without rowid;

-- Entries of verified prefixes that the feed has not carried yet.
create table outgoing (
  place integer primary key,
  log text not null,
  seq integer not null
) strict;

-- Evidence of equivocation: the other entry that claims a number which is already taken.
create table conflict (
  log text not null,
  seq integer not null,
  digest text not null,
  envelope blob not null,
  received text not null,
  primary key (log, seq, digest)
) strict, without rowid;

-- Messages that are nobody's entry; the same one again only counts.
create table parked (
  digest text primary key,
  topic text not null,
  reason text not null,
  payload blob not null,
  bytes integer not null,
  times integer not null,
  received text not null
) strict;

create table station (
  station text primary key,
  log text not null default '',
  software text not null default '',
  clock text not null default '',
  last_time text not null default '',      -- of its newest entry, by its own clock
  last_received text not null default '',  -- when we heard from it, by ours
  online integer not null default 0,
  through integer not null default 0,      -- last entry that it says it has
  orders_all integer not null default 0,
  orders_own integer not null default 0
) strict;

create table test (
  log text not null,
  seq integer not null,
  place integer not null,
  station text not null,
  time text not null,
  sample_code text not null,
  subject_name text not null,
  product text not null,
  method text not null,
  outcome text not null,
  value text,
  unit text not null,
  retest_of integer,
  disagrees integer not null,
  confirmed integer not null,
  evidence text not null,
  primary key (log, seq)
) strict, without rowid;
create index test_repeats on test (log, retest_of) where retest_of is not null;

create table certificate (
  number text primary key,
  log text not null,
  seq integer not null,
  place integer not null,
  station text not null,
  time text not null,
  subject_name text not null,
  product text not null,
  quantity text not null,
  unit text not null,
  date text not null
) strict, without rowid;
create unique index certificate_entry on certificate (log, seq);

create table print (
  number text not null,
  copy integer not null,
  log text not null,
  seq integer not null,
  time text not null,
  outcome text not null,  -- begun, or a PrintOutcome
  primary key (number, copy)
) strict, without rowid;

-- `state`: open, confirmed or suspect for a positive; told for what only has to be seen.
create table alarm (
  id integer primary key,
  kind text not null,  -- positive, incident, equivocation, number_twice
  log text not null,
  seq integer not null,
  station text not null,
  time text not null,
  state text not null,
  repeats integer not null default 0,
  positives integer not null default 0,
  unique (kind, log, seq)
) strict;
create index alarm_open on alarm (state, kind);
create index alarm_grave on alarm (id) where kind <> 'incident';
create index alarm_entry on alarm (log, seq);

-- First tests by outcome, repeats, certificates: one number per station and day (of the entry, Beijing time).
create table tally (
  day text not null,
  what text not null,
  station text not null,
  count integer not null,
  primary key (day, what, station)
) strict, without rowid;

-- What the live page shows, in the order of arrival. `born` and `changed` are values of state.version.
create table feed (
  place integer primary key,
  kind text not null,
  log text not null,
  seq integer not null,
  born integer not null,
  changed integer not null
) strict;
create index feed_changed on feed (changed);
