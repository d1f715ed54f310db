-- The county's memory on PostgreSQL, version 2. An entry is kept for ever; every other table can be made again from
-- entries. Text is ordered by its bytes, as SQLite does.
create domain words as text collate "C";

-- One row. `version` counts commits that a page could show, `place` the entries that have entered a verified prefix.
-- Its lock is the last that a transaction takes: both numbers follow the order of commits.
create table state (
  one bigint primary key check (one = 1),
  version bigint not null,
  place bigint not null
) with (fillfactor = 50);
insert into state values (1, 0, 0);

-- `place` is null while an earlier entry of the same log is missing. Retention takes body and salt, nothing else.
create table entry (
  log words not null,
  seq bigint not null,
  place bigint,
  station words not null,
  kind words not null,
  time words not null,
  clock words not null,
  header bytea not null,
  body bytea,
  salt bytea,
  signature bytea not null,
  key words not null,
  received words not null,
  primary key (log, seq)
);
create index entry_pending on entry (log, seq) where place is null;
create unique index entry_place on entry (place) where place is not null;
create index entry_waiting on entry (received) where place is null;

create function kept() returns trigger language plpgsql as $$
begin
  raise exception '%', tg_argv[0] using errcode = 'restrict_violation';
end $$;

create trigger entry_kept before delete on entry
  for each row execute function kept('an entry is never deleted');
create trigger entry_all_kept before truncate on entry
  execute function kept('an entry is never deleted');
create trigger entry_unchanged before update on entry
  for each row when (
    (new.log, new.seq, new.station, new.kind, new.time, new.clock, new.header, new.signature, new.key, new.received)
      is distinct from
    (old.log, old.seq, old.station, old.kind, old.time, old.clock, old.header, old.signature, old.key, old.received)
    or (new.body is not null and new.body is distinct from old.body)
    or (new.salt is not null and new.salt is distinct from old.salt)
    or (old.place is not null and new.place is distinct from old.place)
  ) execute function kept('an entry is never changed');

-- The verified contiguous prefix of each log, its RFC 6962 root, and the receipt that was given for it. Its row is
-- locked while the prefix is extended and the receipt signed.
create table head (
  log words primary key,
  station words not null,
  through bigint not null,
  root bytea not null,
  receipted bigint not null default 0,
  receipt words not null default '',
  software words not null default '',
  doctor bigint not null default 0  -- its newest report of a look at itself
);
create index head_station on head (station);

create table node (
  log words not null,
  level bigint not null,
  idx bigint not null,
  hash bytea not null,
  primary key (log, level, idx)
);

-- Entries of verified prefixes that the feed has not carried yet.
create table outgoing (
  place bigint primary key,
  log words not null,
  seq bigint not null
);

-- Evidence of equivocation: the other entry that claims a number which is already taken.
create table conflict (
  log words not null,
  seq bigint not null,
  digest words not null,
  envelope bytea not null,
  received words not null,
  primary key (log, seq, digest)
);
create trigger conflict_kept before delete on conflict
  for each row execute function kept('evidence is never deleted');

-- Messages that are nobody's entry; the same one again only counts. `reason` is a key of the words, filled by `facts`
-- (JSON).
create table parked (
  digest words primary key,
  topic words not null,
  reason words not null,
  payload bytea not null,
  bytes bigint not null,
  times bigint not null,
  received words not null,
  station words not null,
  facts words not null default '{}'
);
create index parked_received on parked (received);
create index parked_station on parked (station, received);

create table station (
  station words primary key,
  log words not null default '',
  software words not null default '',
  clock words not null default '',
  last_time words not null default '',      -- of its newest entry, by its own clock
  last_received words not null default '',  -- when we heard from it, by ours
  online bigint not null default 0,
  through bigint not null default 0,       -- last entry that it says it has
  orders_all bigint not null default 0,
  orders_own bigint not null default 0,
  recorded bigint not null default 0,      -- entries that it says it wrote
  oldest words not null default '',        -- when it wrote the oldest that waits
  blobs bigint not null default 0          -- that wait
);

create table test (
  log words not null,
  seq bigint not null,
  place bigint not null,
  station words not null,
  time words not null,
  sample_code words not null,
  subject_name words not null,
  product words not null,
  method words not null,
  outcome words not null,
  value words,
  unit words not null,
  retest_of bigint,
  disagrees bigint not null,
  confirmed bigint not null,
  evidence words not null,
  primary key (log, seq)
);
create index test_repeats on test (log, retest_of, seq, outcome);

-- `twice` is 0 for the first certificate of a number: by its time, then by log and seq. The others are alarms.
create table certificate (
  log words not null,
  seq bigint not null,
  place bigint not null,
  number words not null,
  station words not null,
  time words not null,
  subject_name words not null,
  product words not null,
  quantity words not null,
  unit words not null,
  date words not null,
  twice bigint not null,
  primary key (log, seq)
);
create index certificate_number on certificate (number, twice);

create table print (
  number words not null,
  copy bigint not null,
  log words not null,
  seq bigint not null,
  time words not null,
  outcome words not null,  -- begun, or a PrintOutcome
  primary key (number, copy, log)
);

-- `state`: open, confirmed or suspect for a positive; told for what only has to be seen.
create table alarm (
  id bigint generated by default as identity primary key,
  kind words not null,  -- positive, incident, equivocation, number_twice
  log words not null,
  seq bigint not null,
  station words not null,
  time words not null,
  state words not null,
  repeats bigint not null default 0,
  positives bigint not null default 0,
  unique (kind, log, seq)
);
create index alarm_open on alarm (state, kind);
create index alarm_grave on alarm (id) where kind <> 'incident';
create index alarm_entry on alarm (log, seq);

-- First tests by outcome, repeats, certificates: one number per station and day (of the entry, Beijing time).
create table tally (
  day words not null,
  what words not null,
  station words not null,
  count bigint not null,
  primary key (day, what, station)
);

-- What the live page shows, in the order of arrival. `born` and `changed` are values of state.version.
create table feed (
  place bigint primary key,
  kind words not null,
  log words not null,
  seq bigint not null,
  born bigint not null,
  changed bigint not null
);
create index feed_changed on feed (changed);
create unique index feed_entry on feed (log, seq);

-- Raw captures and photographs that the county has whole, as files of their month.
create table blob (
  digest words primary key,
  month words not null,
  bytes bigint not null,
  station words not null,
  received words not null
);
create index blob_month on blob (month);

-- Who opened which sealed field, and why. Never changed, never deleted.
create table opened (
  id bigint generated by default as identity primary key,
  who words not null,
  role words not null,
  reason words not null,
  log words not null,
  seq bigint not null,
  field words not null,
  time words not null
);
create index opened_entry on opened (log, seq);
create trigger opened_kept before delete or update on opened
  for each row execute function kept('what was opened is never changed');
create trigger opened_all_kept before truncate on opened
  execute function kept('what was opened is never changed');

-- What retention took: of which log, which entries, made before which day. Never changed, never deleted.
create table retired (
  id bigint generated by default as identity primary key,
  who words not null,
  older_than words not null,
  days bigint not null,
  log words not null,
  first_seq bigint not null,
  last_seq bigint not null,
  time words not null
);
create trigger retired_kept before delete or update on retired
  for each row execute function kept('what was retired is never changed');
create trigger retired_all_kept before truncate on retired
  execute function kept('what was retired is never changed');
