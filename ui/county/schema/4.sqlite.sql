-- Version 4: what waits for the county's word is found without looking through the feed.

create index feed_asking on feed (kind, place)
  where kind in ('card.given', 'complaint', 'fault.reported', 'subject.proposed');
create index alarm_positive on alarm (id) where kind = 'positive';
