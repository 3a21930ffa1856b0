CREATE TABLE schema_version (
  version    INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL,
  applied_at INTEGER NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))
) STRICT;

CREATE TABLE artifact (
  digest     TEXT    PRIMARY KEY CHECK (length(digest) = 64 AND digest NOT GLOB '*[^0-9a-f]*'),
  type       TEXT    NOT NULL CHECK (type IN ('chart')),
  name       TEXT    NOT NULL DEFAULT '',
  version    TEXT    NOT NULL DEFAULT '',
  size       INTEGER NOT NULL CHECK (size >= 0),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE deployment (
  id              TEXT    PRIMARY KEY CHECK (length(id) = 36),
  kind            TEXT    NOT NULL CHECK (kind IN ('deploy', 'rollback', 'promote', 'abort')),
  environment     TEXT    NOT NULL,
  version         TEXT    NOT NULL,
  principal       TEXT    NOT NULL,
  origin          TEXT    NOT NULL CHECK (json_valid(origin)),
  idempotency_key TEXT    NOT NULL,
  request_digest  TEXT    NOT NULL,
  attempt         INTEGER NOT NULL CHECK (attempt >= 1),
  asked_reason    TEXT    NOT NULL,
  cancel_mode     TEXT    CHECK (cancel_mode IN ('rollback', 'pause', 'continue', 'leave')),
  cancel_by       TEXT,
  cancel_reason   TEXT,
  created_at      INTEGER NOT NULL,
  started_at      INTEGER,
  finished_at     INTEGER,
  last_seq        INTEGER NOT NULL DEFAULT 0 CHECK (last_seq >= 0), promote_to TEXT CHECK (promote_to IN ('next', 'weight', 'full')), promote_weight INTEGER CHECK (promote_weight BETWEEN 0 AND 100), promote_by TEXT,
  UNIQUE (idempotency_key, attempt),
  CHECK ((cancel_mode IS NULL) = (cancel_by IS NULL) AND (cancel_mode IS NULL) = (cancel_reason IS NULL))
) STRICT;

CREATE INDEX deployment_by_age ON deployment (created_at, id);

CREATE TABLE rollout (
  deployment_id     TEXT    NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
  number            INTEGER NOT NULL CHECK (number >= 1),
  cluster           TEXT    NOT NULL,
  namespace         TEXT    NOT NULL,
  release           TEXT    NOT NULL,
  chart_digest      TEXT    REFERENCES artifact (digest),
  chart_name        TEXT    NOT NULL,
  chart_version     TEXT    NOT NULL,
  chart_source      TEXT    NOT NULL,
  policy            TEXT    NOT NULL CHECK (json_valid(policy)),
  asked_revision    INTEGER,
  phase             TEXT    NOT NULL CHECK (phase IN (
                      'pending', 'waiting', 'deploying', 'analyzing', 'paused', 'promoting', 'rolling_back',
                      'succeeded', 'kept', 'failed', 'rolled_back', 'declined', 'canceled', 'superseded')),
  reason            TEXT    NOT NULL,
  message           TEXT    NOT NULL,
  rollback          TEXT    NOT NULL CHECK (rollback IN ('none', 'succeeded', 'failed')),
  revision          INTEGER,
  previous_revision INTEGER,
  plan              TEXT    CHECK (plan IS NULL OR json_valid(plan)),
  PRIMARY KEY (deployment_id, number),
  UNIQUE (deployment_id, cluster, namespace, release)
) STRICT;

CREATE INDEX rollout_by_release ON rollout (cluster, namespace, release);

CREATE INDEX rollout_by_chart ON rollout (chart_digest);

CREATE INDEX rollout_unfinished ON rollout (deployment_id)
  WHERE phase IN ('pending', 'waiting', 'deploying', 'analyzing', 'paused', 'promoting', 'rolling_back');

CREATE TABLE request_blob (
  deployment_id TEXT PRIMARY KEY REFERENCES deployment (id) ON DELETE CASCADE,
  sealed        BLOB NOT NULL
) STRICT;

CREATE TABLE nonce (
  key_id     TEXT    NOT NULL,
  nonce      TEXT    NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (key_id, nonce)
) STRICT, WITHOUT ROWID;

CREATE INDEX nonce_by_expiry ON nonce (expires_at);

CREATE VIEW deployments AS
SELECT d.id                                         AS id,
       CASE d.version WHEN '' THEN r.chart_version ELSE d.version END AS version,
       d.environment                                AS environment,
       CASE
         WHEN r.phase IN ('pending', 'waiting') THEN 'pending'
         WHEN r.phase IN ('deploying', 'analyzing', 'paused', 'promoting', 'rolling_back') THEN 'in_progress'
         WHEN r.phase = 'succeeded' THEN 'succeeded'
         WHEN r.phase = 'rolled_back' OR r.rollback = 'succeeded' THEN 'rolled_back'
         ELSE 'failed'
       END                                          AS deployment_status,
       coalesce(d.started_at, d.created_at)         AS started_at,
       d.finished_at                                AS completed_at,
       d.finished_at - coalesce(d.started_at, d.created_at) AS duration_ms,
       d.finished_at IS NOT NULL AND r.phase <> 'succeeded'
         AND (r.phase = 'rolled_back' OR r.rollback = 'succeeded') AS rolled_back
  FROM deployment d
  JOIN rollout r ON r.deployment_id = d.id AND r.number = 1;

CREATE VIEW deployment_artifacts AS
SELECT digest     AS id,
       version    AS version,
       type       AS artifact_type,
       digest     AS file_hash,
       size       AS file_size,
       created_at AS created_at
  FROM artifact;

CREATE TABLE step (
  deployment_id   TEXT    NOT NULL,
  rollout         INTEGER NOT NULL,
  kind            TEXT    NOT NULL CHECK (kind IN (
                    'acquire', 'look', 'preflight', 'clear_canary', 'start_canary', 'shift', 'test_canary', 'analyze', 'hold',
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

