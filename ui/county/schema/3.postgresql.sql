-- Version 3: which entry speaks of which number: papers that are no certificate, and certificates that were made void.
-- Copies are told apart by their part: each part of a certificate, and each label of a batch, has its own original.

create table numbered (
  log words not null,
  seq bigint not null,
  number words not null,
  kind words not null,
  station words not null,
  time words not null,
  primary key (log, seq)
);
create index numbered_number on numbered (number, kind);

alter table print rename to print_2;
alter table print_2 drop constraint print_pkey;
create table print (
  number words not null,
  copy bigint not null,
  part words not null,
  log words not null,
  seq bigint not null,
  time words not null,
  outcome words not null,  -- begun, or a PrintOutcome
  primary key (number, copy, part, log)
);
insert into print select number, copy, '', log, seq, time, outcome from print_2;
drop table print_2;
