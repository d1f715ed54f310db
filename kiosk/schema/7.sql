-- People on the box's own word, and what staff do. Every row of an entry bears its number.

-- Somebody who was taken in here; what the county says of the same id takes his place.
create table proposed (
  id text not null,
  seq integer not null,
  village text not null,
  body text not null,
  primary key (id, seq)
) strict, without rowid;

-- Cards handed out here, and the one that each takes the place of.
create table card_given (
  card text not null,
  seq integer not null,
  subject text not null,
  replaces text not null,
  primary key (card, seq)
) strict, without rowid;
create index card_given_by_subject on card_given (subject);
create index card_given_by_replaced on card_given (replaces, seq) where replaces <> '';
create index card_by_subject on card (subject);
create index former_subject_by_merged on former_subject (merged);

-- A keyed hash; the key is not in these tables.
create table pin (
  subject text not null,
  seq integer not null,
  pin text not null,
  primary key (subject, seq)
) strict, without rowid;

create table agreement (
  subject text not null,
  what text not null,
  seq integer not null,
  edition text not null,
  day text not null,
  primary key (subject, what, seq)
) strict, without rowid;

-- Which entries are about what: a sample, a tube, a test, a delivery, a task, a subject, an item, a reagent lot, an instrument,
-- a paper that was taken in; and which hold anything that a person typed (`correctable`).
-- `open`: the sample waits for its test, the objection for its end.
create table entry_about (
  kind text not null,
  about text not null,
  seq integer not null,
  open integer not null default 0,
  primary key (kind, about, seq)
) strict, without rowid;
create index entry_about_by_kind on entry_about (kind, seq);
create index entry_about_open on entry_about (kind, seq) where open = 1;

-- What is left of consumables since the last count, or since the first entry where nobody has counted.
create table stock (
  item text not null,
  unit text not null,
  left_over text not null,
  since integer not null,
  seq integer not null,
  primary key (item, unit)
) strict, without rowid;

create table rating_day (
  day text not null,
  score text not null,
  count integer not null,
  primary key (day, score)
) strict, without rowid;

-- Entries that somebody at the county has seen. `log`: of this box, or of one that it continues.
create table entry_seen (
  log text not null,
  seq integer not null,
  by text not null,
  at text not null,
  note text not null,
  given text not null,
  day text not null,
  primary key (log, seq)
) strict, without rowid;

alter table test add column sample text not null default '';
alter table test add column reviewed integer not null default 0;
alter table test add column supervised integer not null default 0;  -- 监督抽查: somebody has to be told the result
alter table test add column told integer not null default 0;
create index test_by_sample on test (sample);
create index test_positive on test (seq) where outcome = 'positive';
create index test_failed on test (seq) where outcome in ('positive', 'suspect');
create index test_unreviewed on test (seq) where reviewed = 0;
create index test_untold on test (seq) where supervised = 1 and told = 0;
create index certificate_by_goods on certificate (subject, product, seq);
create index lot_by_subject on lot (subject, seq);
create index lot_by_product on lot (product, seq);
create index credit_listed on credit (subject) where body ->> 'listed' <> '';

-- What earlier programs recorded and had no rows for.
create temp table said as
  select seq, kind, json_extract(cast(envelope as text), '$.body') as body from entry
    where kind in ('sample.taken', 'test', 'result.delivered', 'objection', 'objection.closed', 'reagent', 'control',
        'disposal', 'correction', 'gate.check', 'order.done', 'incoming', 'tube.bound')
      and json_extract(cast(envelope as text), '$.body') is not null;
update test set sample = coalesce((select body ->> 'sample_code' from said where said.seq = test.seq), '');
insert into entry_about
  select kind, body ->> 'sample_code', seq, 0 from said where kind = 'sample.taken'
  union all select kind, body ->> 'tube', seq, 0 from said where kind = 'tube.bound'
  union all select 'task', body ->> 'task', seq, 0 from said
    where kind = 'sample.taken' and coalesce(body ->> 'task', '') <> ''
  union all select kind, cast(body ->> 'test' as text), seq, 0 from said where kind = 'result.delivered'
  union all select kind, cast(body ->> 'delivery' as text), seq, 0 from said where kind = 'objection'
  union all select kind, cast(body ->> 'objection' as text), seq, 0 from said where kind = 'objection.closed'
  union all select kind, body ->> 'lot', seq, 0 from said where kind = 'reagent'
  union all select 'reagent.used', body ->> 'reagent_lot', seq, 0 from said
    where kind = 'test' and coalesce(body ->> 'reagent_lot', '') <> ''
  union all select kind, json_extract(body, '$.device.profile'), seq, 0 from said where kind = 'control'
  union all select kind, body ->> 'lot', seq, 0 from said where kind = 'disposal'
  union all select kind, cast(body ->> 'corrects' as text), seq, 0 from said where kind = 'correction'
  union all select kind, body ->> 'number', seq, 0 from said where kind = 'gate.check' and body ->> 'number' <> ''
  union all select kind, (body ->> 'stream') || '/' || cast(body ->> 'seq' as text), seq, 0 from said
    where kind = 'order.done' and body ->> 'order' = 'lot.released'
  union all select 'paper', 'number/' || (body ->> 'number') || '/' || coalesce(body ->> 'issuer', ''), seq, 0 from said
    where kind = 'incoming' and coalesce(body ->> 'number', '') <> ''
  union all select 'paper', 'picture/' || (body ->> 'picture'), seq, 0 from said
    where kind = 'incoming' and coalesce(body ->> 'number', '') = '' and coalesce(body ->> 'picture', '') <> ''
  union all select 'paper', 'told/' || coalesce(body ->> 'issuer', '') || '/' || coalesce(body ->> 'product', '') || '/'
      || coalesce(body ->> 'issued_on', ''), seq, 0 from said
    where kind = 'incoming' and coalesce(body ->> 'number', '') = ''
  union all select 'correctable', '', seq, 0 from entry
    where kind in ('certificate.voided', 'disposal', 'farm.work', 'gate.check', 'incoming', 'lot.declared',
        'lot.dispatched', 'lot.lost', 'objection.closed', 'patrol', 'sample.taken',
        'slaughter.entry', 'subject.proposed', 'test') and json_extract(cast(envelope as text), '$.body') is not null;
update entry_about set open = 1
  where kind = 'sample.taken' and not exists (select 1 from test where test.sample = entry_about.about);
update entry_about set open = 1
  where kind = 'objection' and not exists (
    select 1 from entry_about as ended where ended.kind = 'objection.closed'
      and ended.about = cast(entry_about.seq as text));
update test set
  supervised = coalesce((select body ->> 'sample_type' from said where said.seq = test.seq) = 'supervision', 0),
  told = exists (select 1 from entry_about as told where told.kind = 'result.delivered'
    and told.about = cast(test.seq as text));
drop table said;
