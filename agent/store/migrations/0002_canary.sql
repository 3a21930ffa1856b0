-- A canary has steps of its own, each at a weight, and is promoted by hand.

ALTER TABLE deployment ADD COLUMN promote_to TEXT CHECK (promote_to IN ('next', 'weight', 'full'));
ALTER TABLE deployment ADD COLUMN promote_weight INTEGER CHECK (promote_weight BETWEEN 0 AND 100);
ALTER TABLE deployment ADD COLUMN promote_by TEXT;

ALTER TABLE step RENAME TO step_before;

CREATE TABLE step (
  deployment_id   TEXT    NOT NULL,
  rollout         INTEGER NOT NULL,
  kind            TEXT    NOT NULL CHECK (kind IN (
                    'acquire', 'look', 'preflight', 'start_canary', 'shift', 'test_canary', 'analyze', 'hold',
                    'upgrade', 'test', 'home', 'remove_canary', 'record', 'evidence', 'rollback', 'prove',
                    'uninstall')),
  attempt         INTEGER NOT NULL CHECK (attempt >= 1),
  position        INTEGER NOT NULL CHECK (position >= 1),  -- in the order in which they were begun
  weight          INTEGER CHECK (weight BETWEEN 0 AND 100),  -- of the canary, in percent
  status          TEXT    NOT NULL CHECK (status IN ('intended', 'done', 'failed')),
  outcome         TEXT    NOT NULL,
  reason          TEXT    NOT NULL,
  message         TEXT    NOT NULL,
  argument_digest TEXT    NOT NULL,
  detail          TEXT    NOT NULL,
  started_at      INTEGER NOT NULL,
  ended_at        INTEGER,
  PRIMARY KEY (deployment_id, rollout, kind, attempt),
  UNIQUE (deployment_id, rollout, position),
  FOREIGN KEY (deployment_id, rollout) REFERENCES rollout (deployment_id, number) ON DELETE CASCADE
) STRICT;

INSERT INTO step (deployment_id, rollout, kind, attempt, position, status, outcome, reason, message, argument_digest,
                  detail, started_at, ended_at)
SELECT deployment_id, rollout, kind, attempt, position, status, outcome, reason, message, argument_digest, detail,
       started_at, ended_at
  FROM step_before;

DROP TABLE step_before;

ALTER TABLE event RENAME TO event_before;

CREATE TABLE event (
  deployment_id TEXT    NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
  seq           INTEGER NOT NULL CHECK (seq >= 1),
  at            INTEGER NOT NULL,
  kind          TEXT    NOT NULL CHECK (kind IN (
                  'created', 'attached', 'waiting', 'planned', 'phase', 'step', 'workload', 'log', 'weight',
                  'measurement', 'verdict', 'warning', 'evidence', 'proof', 'cancel', 'promote', 'finished')),
  message       TEXT    NOT NULL,
  data          TEXT    NOT NULL CHECK (data = '' OR json_valid(data)),
  PRIMARY KEY (deployment_id, seq)
) STRICT;

INSERT INTO event SELECT deployment_id, seq, at, kind, message, data FROM event_before;

DROP TABLE event_before;

-- The share that the canary is to have, and the one that it was last given: none once traffic is home.
DROP VIEW canary_deployments;

CREATE VIEW canary_deployments AS
SELECT s.deployment_id                              AS deployment_id,
       max(s.weight)                                AS target_traffic_percent,
       CASE
         WHEN EXISTS (SELECT 1 FROM step h WHERE h.deployment_id = s.deployment_id AND h.kind = 'home' AND h.status = 'done') THEN 0
         ELSE coalesce((SELECT l.weight FROM step l
                         WHERE l.deployment_id = s.deployment_id AND l.kind = 'shift' AND l.status = 'done'
                         ORDER BY l.position DESC LIMIT 1), 0)
       END                                          AS current_traffic_percent,
       NULL                                         AS error_rate,
       NULL                                         AS latency_p99,
       d.created_at                                 AS created_at
  FROM step s
  JOIN deployment d ON d.id = s.deployment_id
 WHERE s.kind = 'shift'
 GROUP BY s.deployment_id, d.created_at;
