-- Version 6: the rooms of the office: board, producers, cases, phones; orders that pages ask for.

-- The board: lines of a town are found among those of all stations, and what a station's log last said of its state.
alter table feed add column station words not null default '';
update feed set station = coalesce((select entry.station from entry where entry.log = feed.log and entry.seq = feed.seq), '');
create index feed_station on feed (station, place);
create index alarm_station on alarm (station, id) where kind <> 'incident';
create index tally_station on tally (station, day);

-- `what`: place, control (the newest of a method), valid (the newest that was passed), tested, part, disk.
create table seen (
  log words not null,
  what words not null,
  about words not null,    -- the method, the part
  station words not null,
  seq bigint not null,
  time words not null,
  state words not null,    -- passed, failed; of a part ok, warn, fail
  facts words not null,    -- JSON
  primary key (log, what, about)
);
create index seen_station on seen (station, what);

-- Tracing: what corrects or reviews an entry, the controls of a run, and what stands on a batch or a number.
create table correction (
  log words not null,
  seq bigint not null,
  corrects bigint not null,
  primary key (log, seq)
);
create index correction_corrects on correction (log, corrects, seq);

create table reviewed (
  log words not null,
  seq bigint not null,
  test bigint not null,
  primary key (log, seq)
);
create index reviewed_test on reviewed (log, test, seq);

create table trace_control (
  log words not null,
  seq bigint not null,
  run words not null,
  method words not null,
  primary key (log, seq)
);
create index trace_control_run on trace_control (log, run, seq);
create index trace_control_method on trace_control (log, method, seq);

-- `number` is that of the paper which the entry speaks of, or is.
create table trace_lot (
  log words not null,
  seq bigint not null,
  kind words not null,
  station words not null,
  lot words not null,
  number words not null,
  time words not null,
  primary key (log, seq)
);
create index trace_lot_lot on trace_lot (lot, station, kind, seq);
create index trace_lot_number on trace_lot (number, kind, time);

create table trace_work (
  log words not null,
  seq bigint not null,
  station words not null,
  subject words not null,
  product words not null,
  day words not null,
  primary key (log, seq)
);
create index trace_work_subject on trace_work (subject, product, day);

-- A buyer's certificate rests on those that he collected.
create table trace_source (
  log words not null,
  seq bigint not null,
  source words not null,
  station words not null,
  time words not null,
  primary key (log, seq, source)
);
create index trace_source_source on trace_source (source, time);

create table trace_brand (
  log words not null,
  seq bigint not null,
  subject words not null,
  name words not null,
  since words not null,
  until words not null,
  primary key (log, seq)
);
create index trace_brand_subject on trace_brand (subject, since);

-- Producers (ui/county/people).
-- One row a producer. State: '' (only spoken of), proposed (a box took him in), listed, withdrawn, merged. Facts are the
-- office's (put = 1), else those of the newest entry that proposed him.
create table subject (
  id words primary key,
  state words not null default '',
  merged_into words not null default '',
  put bigint not null default 0,
  sort words not null default '',
  kind words not null default '',
  name words not null default '',
  spelling words not null default '',
  contact words not null default '',
  origin words not null default '',
  region words not null default '',
  village words not null default '',
  code words not null default '',
  products words not null default '[]',        -- lists are JSON
  controller words not null default '',
  adviser words not null default '',
  scale bigint not null default 0,
  certifications words not null default '[]',
  grade words not null default '',
  listed words not null default '',
  credit_since words not null default '',
  credit_until words not null default '',
  risk words not null default '',
  log words not null default '',               -- of what said the facts
  seq bigint not null default 0,
  time words not null default ''
);
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
  key words not null,
  subject words not null,
  primary key (key, subject)
);
create index subject_key_of on subject_key (subject);

-- At which stations he was seen: who looks after these may see him.
create table subject_seen (
  station words not null,
  subject words not null,
  primary key (station, subject)
);
create index subject_seen_of on subject_seen (subject, station);

-- What was recorded of him.
create table subject_entry (
  log words not null,
  seq bigint not null,
  subject words not null,
  kind words not null,
  time words not null,
  station words not null,
  primary key (log, seq)
);
create index subject_entry_kind on subject_entry (subject, kind, time, log, seq);
create index subject_entry_time on subject_entry (subject, time, log, seq);

-- What became of cards: made (by the office), given (at a box), ended. `replaces` opens nothing from then on.
create table subject_card (
  log words not null,
  seq bigint not null,
  card words not null,
  subject words not null,
  event words not null,
  reason words not null,
  replaces words not null,
  time words not null,
  primary key (log, seq)
);
create index subject_card_number on subject_card (card);
create index subject_card_of on subject_card (subject);
create index subject_card_replaces on subject_card (replaces);
create index subject_card_time on subject_card (event, time, log, seq);

-- Lines of his file that no station writes.
create table dossier (
  log words not null,
  seq bigint not null,
  subject words not null,
  what words not null,
  on_day words not null,
  name words not null,
  state words not null,
  until words not null,
  amount words not null,
  hours words not null,
  told words not null,
  source words not null,
  by_account words not null,
  time words not null,
  primary key (log, seq)
);
create index dossier_of on dossier (subject, on_day, log, seq);

-- A file that somebody looks at before it becomes acts. No act holds it; it goes after a day.
create table import_draft (
  id words primary key,
  account words not null,
  made words not null,
  state words not null,
  told words not null
);

-- Phones: notes of officers, whose entries (`log`, `seq`) are acts; `case_log`, `case_seq` name the first test of a case.
create table field_note (
  id words primary key,         -- made on the phone: what is sent twice counts once
  account words not null,
  kind words not null,          -- gate, patrol, sample, disposal
  at words not null,            -- by the phone's clock
  on_day words not null,        -- that it reached the county
  time words not null,
  log words not null,
  seq bigint not null,
  case_log words not null,      -- empty: of no case
  case_seq bigint,
  region words not null,      -- and station: where whoever wrote it works, when that is one place
  station words not null,
  subject words not null,
  subject_name words not null,
  product words not null,
  decision words not null,      -- of a gate; good or poor of a patrol; type of a sample; measure of a disposal
  state words not null,         -- of the paper at a gate
  sample_code words not null,
  pictures bigint not null
);
create index field_note_time on field_note (time, id);
create index field_note_account on field_note (account, time, id);
create index field_note_day on field_note (on_day, time);
create index field_note_subject on field_note (subject, time) where subject <> '';
create index field_note_case on field_note (case_log, case_seq) where case_log <> '';
create index field_note_sample on field_note (sample_code) where sample_code <> '';
create index field_note_entry on field_note (log, seq);

-- What was let in on a paper with a number of ours, at stations' gates and on phones.
create table gate_paper (
  log words not null,
  seq bigint not null,
  number words not null,
  quantity words not null,
  unit words not null,
  time words not null,
  primary key (log, seq)
);
create index gate_paper_number on gate_paper (number, time);

-- What the pages asked for: whom to sample or patrol, which gate to keep. `stream`: all, or a station.
create table field_task (
  task words not null,
  stream words not null,
  what words not null,
  title words not null,
  until words not null,
  withdrawn bigint not null,
  log words not null,
  seq bigint not null,
  primary key (task, stream)
);
create index field_task_until on field_task (until) where withdrawn = 0;

-- Orders that pages ask for: which acts wait for the signer, and the page that lists them.
create index act_kind on act (kind, log, seq);
create index act_kind_time on act (kind, time, seq);

-- Cases: one for each positive, named by its first test. `rank` orders the list: open ones by what is due first, closed
-- ones behind them, the last first. Times are stamps: UTC, so that they sort.
create table case_file (
  log words not null,
  seq bigint not null,
  station words not null,
  time words not null,
  sample_code words not null,
  lot words not null,
  subject words not null,
  product words not null,
  state words not null,
  due words not null,
  due_for words not null,
  rank words not null,
  primary key (log, seq)
);
create index case_file_rank on case_file (rank);
create index case_file_state on case_file (state, rank);
create index case_file_station on case_file (station, rank);
create index case_file_sample on case_file (station, sample_code);
create index case_file_lot on case_file (station, lot);

-- What entries and acts say of a thing: of a sample, a lot or a case. A case reads what is said of its things.
create table case_step (
  thing words not null,
  log words not null,
  seq bigint not null,
  what words not null,
  time words not null,
  said words not null,
  until words not null,
  primary key (thing, log, seq)
);
create index case_step_entry on case_step (log, seq);
create index test_sample on test (log, sample_code);
create index alarm_told on alarm (time) where kind in ('positive', 'equivocation', 'number_twice');

-- Alarms beside those of the table above: complaints, faults.
create table alert (
  kind words not null,
  log words not null,
  seq bigint not null,
  station words not null,
  time words not null,
  primary key (log, seq)
);
create index alert_time on alert (time);

-- Who is told of alarms, as acts say it.
create table duty (
  id words primary key,
  name words not null,
  channel words not null,
  address words not null,
  step bigint not null,
  account words not null,
  regions words not null,  -- JSON
  since words not null,
  until words not null,
  ended bigint not null,
  seq bigint not null
);

-- One telling for each alarm, duty and step. No act holds it; it is never made again. `state`: due, sent, given_up;
-- until `lease` whoever is `holder` sends it, or it rests before the next try.
create table telling (
  alarm words not null,
  log words not null,
  seq bigint not null,
  duty words not null,
  step bigint not null,
  state words not null,
  tries bigint not null,
  holder words not null,
  lease words not null,
  made words not null,
  account words not null,
  primary key (log, seq, alarm, duty, step)
);
create index telling_account on telling (account, made);

-- Tests that somebody has to look over. `since` is the time of the newest reason; a judgment before it does not count.
create table review (
  log words not null,
  seq bigint not null,
  station words not null,
  why words not null,
  since words not null,
  waits bigint not null,
  agreed bigint not null,
  primary key (log, seq)
);
create index review_waits on review (waits, since, log, seq);
create table judgment (
  log words not null,
  seq bigint not null,
  of_log words not null,
  of_seq bigint not null,
  agreed bigint not null,
  time words not null,
  primary key (log, seq)
);
create index judgment_of on judgment (of_log, of_seq, time);
