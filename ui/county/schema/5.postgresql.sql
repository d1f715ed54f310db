-- Version 5: the county's own log: what people at the office did, signed as stations sign. Accounts are as it says.

-- Where a station stands, as the first entry of its log says: whose rows somebody may see goes by it.
alter table head add column region words not null default '';
alter table head add column name words not null default '';
alter table station add column region words not null default '';
alter table station add column name words not null default '';
create index station_region on station (region);

create table account (
  id words primary key,
  name words not null,
  roles words not null,     -- lists are JSON
  regions words not null,
  stations words not null,
  until words not null,
  ended bigint not null,
  seq bigint not null     -- of the act that said so
);

-- What only its owner knows, and how often somebody guessed. No act holds it and no export; it is never made again.
create table secret (
  account words primary key,
  password words not null default '',
  codes words not null default '',
  used bigint not null default 0,
  tries bigint not null default 0,
  locked_until words not null default '',
  must_change bigint not null default 0
);

create table session (
  token words primary key,  -- SHA-256 of what the browser bears
  account words not null,
  began words not null,
  seen words not null,
  half bigint not null
);
create index session_account on session (account);

-- Wrong tries for names that are no account, by the address that they came from.
create table knock (
  address words primary key,
  tries bigint not null,
  since words not null
);

-- Acts, so that who did what is found without reading all of them.
create table act (
  log words not null,
  seq bigint not null,
  kind words not null,
  by_account words not null,
  about words not null,
  time words not null,
  primary key (log, seq)
);
create index act_by on act (by_account, time);
create index act_about on act (about, time);
create index act_time on act (time);
