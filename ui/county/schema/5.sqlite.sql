-- Version 5: the county's own log: what people at the office did, signed as stations sign. Accounts are as it says.

-- Where a station stands, as the first entry of its log says: whose rows somebody may see goes by it.
alter table head add column region text not null default '';
alter table head add column name text not null default '';
alter table station add column region text not null default '';
alter table station add column name text not null default '';
create index station_region on station (region);

create table account (
  id text primary key,
  name text not null,
  roles text not null,     -- lists are JSON
  regions text not null,
  stations text not null,
  until text not null,
  ended integer not null,
  seq integer not null     -- of the act that said so
) strict, without rowid;

-- What only its owner knows, and how often somebody guessed. No act holds it and no export; it is never made again.
create table secret (
  account text primary key,
  password text not null default '',
  codes text not null default '',
  used integer not null default 0,
  tries integer not null default 0,
  locked_until text not null default '',
  must_change integer not null default 0
) strict, without rowid;

create table session (
  token text primary key,  -- SHA-256 of what the browser bears
  account text not null,
  began text not null,
  seen text not null,
  half integer not null
) strict, without rowid;
create index session_account on session (account);

-- Wrong tries for names that are no account, by the address that they came from.
create table knock (
  address text primary key,
  tries integer not null,
  since text not null
) strict, without rowid;

-- Acts, so that who did what is found without reading all of them.
create table act (
  log text not null,
  seq integer not null,
  kind text not null,
  by_account text not null,
  about text not null,
  time text not null,
  primary key (log, seq)
) strict, without rowid;
create index act_by on act (by_account, time);
create index act_about on act (about, time);
create index act_time on act (time);
