-- Whose a card is, by the number printed on it: the number is keyed in where the code cannot be read.
create table card (
  card text primary key,
  subject text not null
) strict, without rowid;
