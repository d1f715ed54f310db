-- Version 6: the rooms of the office: board, producers, cases, phones; orders that pages ask for.

-- The board: lines of a town are found among those of all stations, and what a station's log last said of its state.
alter table feed add column station text not null default '';
update feed set station = coalesce((select entry.station from entry where entry.log = feed.log and entry.seq = feed.seq), '');
create index feed_station on feed (station, place);
create index alarm_station on alarm (station, id) where kind <> 'incident';
create index tally_station on tally (station, day);

-- `what`: place, control (the newest of a method), valid (the newest that was passed), tested, part, disk.
create table seen (
  log text not null,
  what text not null,
  about text not null,     -- the method, the part
  station text not null,
  seq integer not null,
  time text not null,
  state text not null,     -- passed, failed; of a part ok, warn, fail
  facts text not null,     -- JSON
  primary key (log, what, about)
) strict, without rowid;
create index seen_station on seen (station, what);

-- Tracing: what corrects or reviews an entry, the controls of a run, and what stands on a batch or a number.
create table correction (
  log text not null,
  seq integer not null,
  corrects integer not null,
  primary key (log, seq)
) strict, without rowid;
create index correction_corrects on correction (log, corrects, seq);

create table reviewed (
  log text not null,
  seq integer not null,
  test integer not null,
  primary key (log, seq)
) strict, without rowid;
create index reviewed_test on reviewed (log, test, seq);

create table trace_control (
  log text not null,
  seq integer not null,
  run text not null,
  method text not null,
  primary key (log, seq)
) strict, without rowid;
create index trace_control_run on trace_control (log, run, seq);
create index trace_control_method on trace_control (log, method, seq);

-- `number` is that of the paper which the entry speaks of, or is.
create table trace_lot (
  log text not null,
  seq integer not null,
  kind text not null,
  station text not null,
  lot text not null,
  number text not null,
  time text not null,
  primary key (log, seq)
) strict, without rowid;
create index trace_lot_lot on trace_lot (lot, station, kind, seq);
create index trace_lot_number on trace_lot (number, kind, time);

create table trace_work (
  log text not null,
  seq integer not null,
  station text not null,
  subject text not null,
  product text not null,
  day text not null,
  primary key (log, seq)
) strict, without rowid;
create index trace_work_subject on trace_work (subject, product, day);

-- A buyer's certificate rests on those that he collected.
create table trace_source (
  log text not null,
  seq integer not null,
  source text not null,
  station text not null,
  time text not null,
  primary key (log, seq, source)
) strict, without rowid;
create index trace_source_source on trace_source (source, time);

create table trace_brand (
  log text not null,
  seq integer not null,
  subject text not null,
  name text not null,
  since text not null,
  until text not null,
  primary key (log, seq)
) strict, without rowid;
create index trace_brand_subject on trace_brand (subject, since);

-- Producers (ui/county/people).
-- One row a producer. State: '' (only spoken of), proposed (a box took him in), listed, withdrawn, merged. Facts are the
-- office's (put = 1), else those of the newest entry that proposed him.
create table subject (
  id text primary key,
  state text not null default '',
  merged_into text not null default '',
  put integer not null default 0,
  sort text not null default '',
  kind text not null default '',
  name text not null default '',
  spelling text not null default '',
  contact text not null default '',
  origin text not null default '',
  region text not null default '',
  village text not null default '',
  code text not null default '',
  products text not null default '[]',        -- lists are JSON
  controller text not null default '',
  adviser text not null default '',
  scale integer not null default 0,
  certifications text not null default '[]',
  grade text not null default '',
  listed text not null default '',
  credit_since text not null default '',
  credit_until text not null default '',
  risk text not null default '',
  log text not null default '',               -- of what said the facts
  seq integer not null default 0,
  time text not null default ''
) strict, without rowid;
create index subject_order on subject (spelling, id);
create index subject_state on subject (state, spelling, id);
create index subject_listed on subject (listed, spelling, id);
create index subject_risk on subject (risk, spelling, id);
create index subject_sort on subject (sort, spelling, id);
create index subject_scale on subject (scale, spelling, id);
create index subject_region on subject (region, spelling, id);
create index subject_code on subject (code);
create index subject_into on subject (merged_into);
create index subject_fact on subject (log, seq);

-- Beginnings by which he is found.
create table subject_key (
  key text not null,
  subject text not null,
  primary key (key, subject)
) strict, without rowid;
create index subject_key_of on subject_key (subject);

-- At which stations he was seen: who looks after these may see him.
create table subject_seen (
  station text not null,
  subject text not null,
  primary key (station, subject)
) strict, without rowid;
create index subject_seen_of on subject_seen (subject, station);

-- What was recorded of him.
create table subject_entry (
  log text not null,
  seq integer not null,
  subject text not null,
  kind text not null,
  time text not null,
  station text not null,
  primary key (log, seq)
) strict, without rowid;
create index subject_entry_kind on subject_entry (subject, kind, time, log, seq);
create index subject_entry_time on subject_entry (subject, time, log, seq);

-- What became of cards: made (by the office), given (at a box), ended. `replaces` opens nothing from then on.
create table subject_card (
  log text not null,
  seq integer not null,
  card text not null,
  subject text not null,
  event text not null,
  reason text not null,
  replaces text not null,
  time text not null,
  primary key (log, seq)
) strict, without rowid;
create index subject_card_number on subject_card (card);
create index subject_card_of on subject_card (subject);
create index subject_card_replaces on subject_card (replaces);
create index subject_card_time on subject_card (event, time, log, seq);

-- Lines of his file that no station writes.
create table dossier (
  log text not null,
  seq integer not null,
  subject text not null,
  what text not null,
  on_day text not null,
  name text not null,
  state text not null,
  until text not null,
  amount text not null,
  hours text not null,
  told text not null,
  source text not null,
  by_account text not null,
  time text not null,
  primary key (log, seq)
) strict, without rowid;
create index dossier_of on dossier (subject, on_day, log, seq);

-- A file that somebody looks at before it becomes acts. No act holds it; it goes after a day.
create table import_draft (
  id text primary key,
  account text not null,
  made text not null,
  state text not null,
  told text not null
) strict, without rowid;

-- Phones: notes of officers, whose entries (`log`, `seq`) are acts; `case_log`, `case_seq` name the first test of a case.
create table field_note (
  id text primary key,         -- made on the phone: what is sent twice counts once
  account text not null,
  kind text not null,          -- gate, patrol, sample, disposal
  at text not null,            -- by the phone's clock
  on_day text not null,        -- that it reached the county
  time text not null,
  log text not null,
  seq integer not null,
  case_log text not null,      -- empty: of no case
  case_seq integer,
  region text not null,      -- and station: where whoever wrote it works, when that is one place
  station text not null,
  subject text not null,
  subject_name text not null,
  product text not null,
  decision text not null,      -- of a gate; good or poor of a patrol; type of a sample; measure of a disposal
  state text not null,         -- of the paper at a gate
  sample_code text not null,
  pictures integer not null
) strict, without rowid;
create index field_note_time on field_note (time, id);
create index field_note_account on field_note (account, time, id);
create index field_note_day on field_note (on_day, time);
create index field_note_subject on field_note (subject, time) where subject <> '';
create index field_note_case on field_note (case_log, case_seq) where case_log <> '';
create index field_note_sample on field_note (sample_code) where sample_code <> '';
create index field_note_entry on field_note (log, seq);

-- What was let in on a paper with a number of ours, at stations' gates and on phones.
create table gate_paper (
  log text not null,
  seq integer not null,
  number text not null,
  quantity text not null,
  unit text not null,
  time text not null,
  primary key (log, seq)
) strict, without rowid;
create index gate_paper_number on gate_paper (number, time);

-- What the pages asked for: whom to sample or patrol, which gate to keep. `stream`: all, or a station.
create table field_task (
  task text not null,
  stream text not null,
  what text not null,
  title text not null,
  until text not null,
  withdrawn integer not null,
  log text not null,
  seq integer not null,
  primary key (task, stream)
) strict, without rowid;
create index field_task_until on field_task (until) where withdrawn = 0;

-- Orders that pages ask for: which acts wait for the signer, and the page that lists them.
create index act_kind on act (kind, log, seq);
create index act_kind_time on act (kind, time, seq);

-- Cases: one for each positive, named by its first test. `rank` orders the list: open ones by what is due first, closed
-- ones behind them, the last first. Times are stamps: UTC, so that they sort.
create table case_file (
  log text not null,
  seq integer not null,
  station text not null,
  time text not null,
  sample_code text not null,
  lot text not null,
  subject text not null,
  product text not null,
  state text not null,
  due text not null,
  due_for text not null,
  rank text not null,
  primary key (log, seq)
) strict, without rowid;
create index case_file_rank on case_file (rank);
create index case_file_state on case_file (state, rank);
create index case_file_station on case_file (station, rank);
create index case_file_sample on case_file (station, sample_code);
create index case_file_lot on case_file (station, lot);

-- What entries and acts say of a thing: of a sample, a lot or a case. A case reads what is said of its things.
create table case_step (
  thing text not null,
  log text not null,
  seq integer not null,
  what text not null,
  time text not null,
  said text not null,
  until text not null,
  primary key (thing, log, seq)
) strict, without rowid;
create index case_step_entry on case_step (log, seq);
create index test_sample on test (log, sample_code);
create index alarm_told on alarm (time) where kind in ('positive', 'equivocation', 'number_twice');

-- Alarms beside those of the table above: complaints, faults.
create table alert (
  kind text not null,
  log text not null,
  seq integer not null,
  station text not null,
  time text not null,
  primary key (log, seq)
) strict, without rowid;
create index alert_time on alert (time);

-- Who is told of alarms, as acts say it.
create table duty (
  id text primary key,
  name text not null,
  channel text not null,
  address text not null,
  step integer not null,
  account text not null,
  regions text not null,  -- JSON
  since text not null,
  until text not null,
  ended integer not null,
  seq integer not null
) strict, without rowid;

-- One telling for each alarm, duty and step. No act holds it; it is never made again. `state`: due, sent, given_up;
-- until `lease` whoever is `holder` sends it, or it rests before the next try.
create table telling (
  alarm text not null,
  log text not null,
  seq integer not null,
  duty text not null,
  step integer not null,
  state text not null,
  tries integer not null,
  holder text not null,
  lease text not null,
  made text not null,
  account text not null,
  primary key (log, seq, alarm, duty, step)
) strict, without rowid;
create index telling_account on telling (account, made);

-- Tests that somebody has to look over. `since` is the time of the newest reason; a judgment before it does not count.
create table review (
  log text not null,
  seq integer not null,
  station text not null,
  why text not null,
  since text not null,
  waits integer not null,
  agreed integer not null,
  primary key (log, seq)
) strict, without rowid;
create index review_waits on review (waits, since, log, seq);
create table judgment (
  log text not null,
  seq integer not null,
  of_log text not null,
  of_seq integer not null,
  agreed integer not null,
  time text not null,
  primary key (log, seq)
) strict, without rowid;
create index judgment_of on judgment (of_log, of_seq, time);
