-- Finds the streams in which somebody is something: by whom a cohort or pair began with, and by who came into an
-- office later. Each index holds one row a stream, or one a change of hands.

CREATE INDEX events_roster ON log.events USING gin ((data #> '{spec,people}') jsonb_path_ops)
  WHERE type = 'cohort.planned';
CREATE INDEX events_staff ON log.events USING gin ((ARRAY[
    data #>> '{spec,lead,id}', data #>> '{spec,sponsor,id}', data #>> '{spec,steward,id}',
    data #>> '{spec,business_sponsor,id}'
  ]))
  WHERE type = 'cohort.planned';
CREATE INDEX events_partners ON log.events USING gin ((ARRAY[data #>> '{terms,mentor}', data #>> '{terms,mentee}']))
  WHERE type = 'pair.formed';
CREATE INDEX events_offices ON log.events ((data #>> '{to,id}'))
  WHERE type IN ('cohort.lead_handed_over', 'cohort.sponsor_replaced', 'cohort.steward_replaced');
