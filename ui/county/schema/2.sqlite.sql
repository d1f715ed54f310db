-- Version 2: the same tables as on PostgreSQL. What is made from entries no longer depends on the order in which
-- several logs arrived; it is made again after this script (ui.county.remake).

alter table head add column software text not null default '';
alter table head add column doctor integer not null default 0;  -- its newest report of a look at itself
create index head_station on head (station);

-- With `outcome` in it the index answers alone; the planner passed over that of version 1 and read a log's every test.
drop index test_repeats;
create index test_repeats on test (log, retest_of, seq, outcome);

create unique index entry_place on entry (place) where place is not null;
create index entry_waiting on entry (received) where place is null;
create unique index feed_entry on feed (log, seq);
create index parked_received on parked (received);

-- `reason` is a key of the words, filled by `facts` (JSON); a sentence of version 1 stays as it is.
alter table parked add column station text not null default '';
alter table parked add column facts text not null default '{}';
update parked set station = substr(topic, 21, instr(substr(topic, 21), '/') - 1) where topic like 'liangzheng/1/______/_%/_%';
create index parked_station on parked (station, received);

-- What it says of itself: entries recorded, when the oldest that waits was made, blobs that wait.
alter table station add column recorded integer not null default 0;
alter table station add column oldest text not null default '';
alter table station add column blobs integer not null default 0;

drop trigger entry_unchanged;
create trigger entry_unchanged before update on entry
when new.log is not old.log or new.seq is not old.seq or new.station is not old.station or new.kind is not old.kind
  or new.time is not old.time or new.clock is not old.clock or new.header is not old.header
  or new.signature is not old.signature or new.key is not old.key or new.received is not old.received
  or (new.body is not null and new.body is not old.body) or (new.salt is not null and new.salt is not old.salt)
  or (old.place is not null and new.place is not old.place)
begin
  select raise(abort, 'an entry is never changed');
end;

create trigger conflict_kept before delete on conflict
begin
  select raise(abort, 'evidence is never deleted');
end;

-- `twice` is 0 for the first certificate of a number: by its time, then by log and seq. The others are alarms.
drop table certificate;
create table certificate (
  log text not null,
  seq integer not null,
  place integer not null,
  number text not null,
  station text not null,
  time text not null,
  subject_name text not null,
  product text not null,
  quantity text not null,
  unit text not null,
  date text not null,
  twice integer not null,
  primary key (log, seq)
) strict, without rowid;
create index certificate_number on certificate (number, twice);

drop table print;
create table print (
  number text not null,
  copy integer not null,
  log text not null,
  seq integer not null,
  time text not null,
  outcome text not null,  -- begun, or a PrintOutcome
  primary key (number, copy, log)
) strict, without rowid;

-- Raw captures and photographs that the county has whole, as files of their month.
create table blob (
  digest text primary key,
  month text not null,
  bytes integer not null,
  station text not null,
  received text not null
) strict, without rowid;
create index blob_month on blob (month);

-- Who opened which sealed field, and why. Never changed, never deleted.
create table opened (
  id integer primary key,
  who text not null,
  role text not null,
  reason text not null,
  log text not null,
  seq integer not null,
  field text not null,
  time text not null
) strict;
create index opened_entry on opened (log, seq);

create trigger opened_kept before delete on opened
begin
  select raise(abort, 'what was opened is never forgotten');
end;
create trigger opened_unchanged before update on opened
begin
  select raise(abort, 'what was opened is never changed');
end;

-- What retention took: of which log, which entries, made before which day. Never changed, never deleted.
create table retired (
  id integer primary key,
  who text not null,
  older_than text not null,
  days integer not null,
  log text not null,
  first_seq integer not null,
  last_seq integer not null,
  time text not null
) strict;

create trigger retired_kept before delete on retired
begin
  select raise(abort, 'what was retired is never forgotten');
end;
create trigger retired_unchanged before update on retired
begin
  select raise(abort, 'what was retired is never changed');
end;
