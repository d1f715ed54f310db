-- What the county orders beyond subjects and cards. `given` is the order's stream/seq, `day` when it was done here.

-- A pack over the shipped one: of each file the newest whose day has come counts; an empty text gives the file back.
create table pack_override (
  file text not null,
  in_force_from text not null,
  text text not null,
  given text not null,
  day text not null,
  primary key (file, in_force_from)
) strict, without rowid;

create table setting (
  name text primary key,
  value text not null,
  by text not null,
  reason text not null,
  given text not null,
  day text not null
) strict, without rowid;

create table task (
  id text primary key,
  until text not null,
  body text not null,
  given text not null,
  day text not null
) strict, without rowid;
create index task_by_end on task (until);

-- The county's last word on a lot that was stopped here.
create table released_lot (
  lot text primary key,
  body text not null,
  given text not null,
  day text not null
) strict, without rowid;

create table revoked_certificate (
  number text primary key,
  reason text not null,
  given text not null,
  day text not null
) strict, without rowid;
