-- The canary that a deployment has left is promoted or removed by another one, and a deployment may be left as it is. These are
-- words that CHECKs allow more than before: nothing that is stored changes, so no table is made anew.

PRAGMA writable_schema = ON;

UPDATE sqlite_schema
   SET sql = replace(replace(sql, '(''deploy'', ''rollback'')', '(''deploy'', ''rollback'', ''promote'', ''abort'')'),
                     '(''rollback'', ''pause'', ''continue'')', '(''rollback'', ''pause'', ''continue'', ''leave'')')
 WHERE type = 'table' AND name = 'deployment';

UPDATE sqlite_schema
   SET sql = replace(sql, '''preflight'', ''start_canary''', '''preflight'', ''clear_canary'', ''start_canary''')
 WHERE type = 'table' AND name = 'step';

PRAGMA writable_schema = RESET;
