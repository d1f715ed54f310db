-- Version 3: which entry speaks of which number: papers that are no certificate, and certificates that were made void.
-- Copies are told apart by their part: each part of a certificate, and each label of a batch, has its own original.

create table numbered (
  log text not null,
  seq integer not null,
  number text not null,
  kind text not null,
  station text not null,
  time text not null,
  primary key (log, seq)
) strict, without rowid;
create index numbered_number on numbered (number, kind);

alter table print rename to print_2;
create table print (
  number text not null,
  copy integer not null,
  part text not null,
  log text not null,
  seq integer not null,
  time text not null,
  outcome text not null,  -- begun, or a PrintOutcome
  primary key (number, copy, part, log)
) strict, without rowid;
insert into print select number, copy, '', log, seq, time, outcome from print_2;
drop table print_2;
