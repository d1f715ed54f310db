-- Copies are counted part by part (随货联, 存根联; label by label), and papers that are no certificate are counted too.

-- One row for each entry about a copy of a part; the newest counts. `begun`: bytes may have gone to a printer since the
-- entry; `waiting`: a part that comes after another one of its number.
create table print_of_part (
  number text not null,
  part text not null,
  copy integer not null,
  seq integer not null,
  outcome text not null,
  primary key (number, part, copy, seq)
) strict, without rowid;

with recursive
  said as (
    select seq, kind, json_extract(cast(envelope as text), '$.body') as body from entry
      where kind in ('certificate', 'voucher', 'label', 'reprint', 'print')
        and json_extract(cast(envelope as text), '$.body') is not null
  ),
  label as (
    select body ->> 'number' as number, seq, 1 as nth, body ->> 'labels' as labels from said
      where kind = 'label' and body ->> 'labels' >= 1
    union all
    select number, seq, nth + 1, labels from label where nth < labels
  )
insert into print_of_part
  select body ->> 'number', coalesce(part.value, ''), 1, seq, iif(coalesce(part.key, 0) = 0, 'begun', 'waiting')
    from said left join json_each(said.body, '$.parts') as part where said.kind = 'certificate'
  union all
  select body ->> 'number', '', 1, seq, 'begun' from said where kind = 'voucher'
  union all
  select number, cast(nth as text), 1, seq, iif(nth = 1, 'begun', 'waiting') from label
  union all
  select body ->> 'number', coalesce(body ->> 'part', ''), body ->> 'copy', seq, 'begun' from said where kind = 'reprint'
  union all
  select body ->> 'number', coalesce(body ->> 'part', ''), body ->> 'copy', seq, body ->> 'outcome'
    from said where kind = 'print';
drop table print;
alter table print_of_part rename to print;
