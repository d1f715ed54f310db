-- Lots as they were opened here.
create table lot (
  lot text primary key,
  subject text not null,
  product text not null,
  plot text not null,
  day text not null,
  seq integer not null
) strict, without rowid;
create index lot_by_goods on lot (subject, product, plot, day);

-- Which entries the balance of a lot, or of a paper that a buyer took in, is folded from (kiosk/rules/ledger.py).
create table lot_entry (
  lot text not null,
  seq integer not null,
  primary key (lot, seq)
) strict, without rowid;

-- Papers that a buyer brought.
create table paper (
  seq integer primary key,
  receiver text not null
) strict;
create index paper_by_receiver on paper (receiver, seq);

create table voided (
  number text primary key,
  seq integer not null,
  reason text not null
) strict, without rowid;

-- A visit may issue several certificates: a split lot, or a new one for a voided one.
create table certificate_of_many (
  number text primary key,
  seq integer not null,
  visit text not null,
  subject text not null,
  product text not null,
  typed text not null,
  lot text not null
) strict, without rowid;
insert into certificate_of_many select number, seq, visit, subject, product, typed, '' from certificate;
drop table certificate;
alter table certificate_of_many rename to certificate;
create index certificate_by_subject on certificate (subject, seq);
create index certificate_by_visit on certificate (visit, seq);
create index certificate_by_lot on certificate (lot, seq);

alter table test add column lot text not null default '';
create index test_by_batch on test (lot);
