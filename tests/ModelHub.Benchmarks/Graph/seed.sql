-- A registry of size.models models and size.versions versions, and of all that comes with them in the proportions of one
-- that is used: nineteen of twenty versions are spread evenly, the rest are of the first model, which is retrained all day.
-- Rows know each other by number, so every id is made from one.
create function pg_temp.id(kind int, n bigint) returns uuid language sql immutable
    return (lpad(to_hex(kind), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
create function pg_temp.at(n bigint) returns timestamptz language sql stable
    return timestamptz '2026-11-01 00:00:00+00' - make_interval(secs => (select 63e6 / versions from size) * ((select versions from size) - n));

insert into models (id, name, namespace, description, owner, last_version_number, created_by, created_at, updated_at, revision)
select pg_temp.id(1, n), space || '.' || kind || '-' || lpad(n::text, 6, '0'), space, 'The ' || kind || ' of the ' || space || ' team, model ' || n,
    space || '-team-' || n % 5, 0, 'user:dev-' || n % 40, pg_temp.at(n), pg_temp.at(n * 10), 3
from (select n,
    (array['risk', 'fraud', 'churn', 'pricing', 'claims', 'search', 'ads', 'support', 'logistics', 'energy'])[1 + n % 10] || '-' || n / 10 % 5 as space,
    (array['scoring', 'forecast', 'ranking', 'detection', 'segmentation', 'uplift', 'matching'])[1 + n % 7] as kind
    from size, generate_series(1, models) n) made;

insert into model_tags (model_id, id, key, value)
select pg_temp.id(1, n), i, (array['team', 'stage', 'project'])[i],
    case i when 1 then 'team-' || n % 50 when 2 then (array['live', 'pilot', 'archived'])[1 + n % 3] else 'project-' || n / 20 end
from size, generate_series(1, models) n, generate_series(1, 3) i;

create temp table numbered as
select k, case when k <= versions * 0.95 then (k - 1) % models + 1 else 1 end as model from size, generate_series(1, versions) k;
create temp table released as select k, model, (row_number() over (partition by model order by k))::int as number from numbered;

insert into versions (id, model_id, number, state, format, digest, size, files, scan, signature, metrics, parameters, commit, run_url, created_by, created_at, updated_at, revision)
select pg_temp.id(2, k), pg_temp.id(1, model), number, case when k % 50 = 0 then 'Failed' else 'Ready' end, 'onnx', 'sha256:' || encode(sha256(k::text::bytea), 'hex'), 40000 + k % 90000, '[]',
    '{"verdict": "CLEAN", "findings": []}',
    '{"inputs": [{"name": "income", "datatype": "FP32", "shape": [-1, 1], "kind": "TENSOR"}, {"name": "age", "datatype": "FP32", "shape": [-1, 1], "kind": "TENSOR"}], "outputs": [{"name": "probability", "datatype": "FP32", "shape": [-1, 2], "labels": ["no", "yes"], "kind": "ZIPMAP"}]}',
    jsonb_build_array(jsonb_build_object('name', 'auc', 'value', 0.7 + k % 200 / 1000.0), jsonb_build_object('name', 'logloss', 'value', 0.3 + k % 90 / 1000.0)),
    '[{"name": "learning_rate", "value": "0.05"}, {"name": "depth", "value": "6"}]',
    encode(sha256(k::text::bytea), 'hex'), 'https://ci.example.org/runs/' || k, 'user:dev-' || model % 40, pg_temp.at(k), pg_temp.at(k), 3
from released;
update models set last_version_number = last from (select model, max(number) as last from released group by 1) given where id = pg_temp.id(1, model);
insert into version_tags (version_id, id, key, value) select pg_temp.id(2, k), 1, 'branch', case when k % 20 = 0 then 'release-' || k / 1000 else 'main' end from released;

insert into aliases (id, model_id, name, version_id, updated_at, updated_by, revision)
select pg_temp.id(3, model * 2 + i), pg_temp.id(1, model), (array['champion', 'candidate'])[i], pg_temp.id(2, k), pg_temp.at(k), 'user:dev-1', 2
from released cross join generate_series(1, 2) i where number = 7 + i;
insert into alias_changes (id, model_id, name, from_version_id, to_version_id, actor, at)
select pg_temp.id(4, k), pg_temp.id(1, model), 'champion', lag(pg_temp.id(2, k)) over (partition by model order by k), pg_temp.id(2, k), 'user:dev-1', pg_temp.at(k)
from released where number % 3 = 2;
insert into checks (id, version_id, name, state, link, posted_by, posted_at, revision)
select pg_temp.id(5, k * 2 + i), pg_temp.id(2, k), (array['unit-tests', 'bias-report'])[i], 'Pass', 'https://ci.example.org/runs/' || k, 'token:ci', pg_temp.at(k), 1
from released, generate_series(1, 2) i where k % 2 = 0;

insert into datasets (id, name, namespace, description, last_version_number, created_by, created_at, updated_at, revision)
select pg_temp.id(6, n), 'data-' || n % 40 || '.applications-' || lpad(n::text, 5, '0'), 'data-' || n % 40, 'What customers wrote, source ' || n, 20, 'user:dev-2', pg_temp.at(n), pg_temp.at(n), 1
from size, generate_series(1, models / 50) n;
insert into data_versions (id, dataset_id, number, digest, files, schema, row_count, state, profile, created_by, created_at, updated_at, revision)
select pg_temp.id(7, n * 20 + i), pg_temp.id(6, n), i, 'sha256:' || encode(sha256((n * 20 + i)::text::bytea), 'hex'), '[]', '[{"name": "income", "type": "DOUBLE", "nullable": false}]', 30000, 'Ready',
    '{"rowCount": 30000, "columns": [{"name": "income", "type": "DOUBLE", "count": 30000, "nulls": 0, "distinct": 812, "min": "0", "max": "250000", "mean": 41000.5, "std": 12000.25, "quantiles": [{"p": 0.5, "value": 39000}], "histogram": [{"from": 0, "to": 250000, "count": 30000}], "topValues": []}]}',
    'user:dev-2', pg_temp.at(n), pg_temp.at(n), 2
from size, generate_series(1, models / 50) n, generate_series(1, 20) i;
insert into version_data_versions (version_id, data_version_id)
select pg_temp.id(2, k), pg_temp.id(7, 21 + k % (models / 50 * 20)) from released, size;
insert into version_data_versions (version_id, data_version_id)
select pg_temp.id(2, k), pg_temp.id(7, 21) from released where model = 1 on conflict do nothing;

insert into endpoints (id, model_id, environment_id, created_at, updated_at, revision)
select pg_temp.id(8, n * 2 + e.rank), pg_temp.id(1, n), e.id, pg_temp.at(n * 10), pg_temp.at(n * 10), 2 from size, generate_series(1, models, greatest(models / 2000, 2)) n, environments e where e.rank <= 2;
insert into variants (id, endpoint_id, version_id, role, weight, replicas, valid_from, valid_to)
select pg_temp.id(9, k * 2 + e.rank), p.id, pg_temp.id(2, k), 'Primary', 100, 2, pg_temp.at(k), case when number < 8 then pg_temp.at(k) + interval '1 day' end
from released join environments e on e.rank <= 2 join endpoints p on p.id = pg_temp.id(8, model * 2 + e.rank) where number in (2, 5, 8);
insert into promotions (id, version_id, environment_id, endpoint_id, plan, state, requested_by, requested_at, approvals_required, steps, time_to_live_ms, updated_at, revision)
select pg_temp.id(10, k * 2 + e.rank), pg_temp.id(2, k), e.id, p.id, 'blue-green',
    case when number = 9 and model <= 40 * greatest(models / 2000, 2) and e.rank = 2 then 'AwaitingApproval' when k % 9 = 0 then 'RolledBack' else 'Live' end,
    'user:dev-3', pg_temp.at(k), 1, jsonb_build_array(jsonb_build_object('name', 'REQUESTED', 'at', pg_temp.at(k))), 2100, pg_temp.at(k), 7
from size, released join environments e on e.rank <= 2 join endpoints p on p.id = pg_temp.id(8, model * 2 + e.rank) where number <= 9;
insert into approvals (id, promotion_id, by, at, decision) select pg_temp.id(11, row_number() over ()), id, 'user:owner', requested_at, 'Approve' from promotions where state <> 'AwaitingApproval';
insert into gate_evidence (id, promotion_id, gate, verdict, inputs, reason, policy_digest, evaluated_at, expires_at)
select pg_temp.id(12, row_number() over ()), p.id, 'check:' || name, 'Pass', '{"kind": "check", "name": "unit-tests", "state": "PASS"}', 'the check passed', repeat('0', 64), requested_at, requested_at + interval '1 day'
from promotions p, unnest(array['unit-tests', 'bias-report']) name;

insert into nodes (id, name, address, state, wants_drain, runtimes, memory_bytes, cpus, memory_used_bytes, key_id, key_hash, last_seen_at, assignments_revision, created_at, revision)
select pg_temp.id(13, n), 'node-' || n, 'http://127.0.0.1:' || 6000 + n, 'Lost', false, '["onnx"]', 1 << 30, 4, 0, 'node-' || n, '\x00', pg_temp.at(1), 0, pg_temp.at(1), 1 from generate_series(1, 20) n;
insert into placements (id, endpoint_id, version_id, node_id, wanted, state, memory_bytes, loaded_ms, updated_at)
select pg_temp.id(14, row_number() over ()), endpoint_id, version_id, pg_temp.id(13, 1 + i), true, 'Ready', 1 << 20, 20, valid_from
from (select *, row_number() over (order by id) as n from variants where valid_to is null) live, generate_series(0, 1) i where n <= 100;

insert into operations (id, kind, state, progress, subject, subject_id, attempts, cancel_requested, requested_by, created_at, dispatched_at, started_at, ended_at, revision)
select pg_temp.id(15, k), 'version.validate', 'Succeeded', 1, 'version:' || m.name || '@' || v.number, v.id, 1, false, v.created_by, v.created_at, v.created_at, v.created_at, v.created_at, 4
from released join versions v on v.id = pg_temp.id(2, k) join models m on m.id = v.model_id where k % 5 = 0;

insert into events (id, type, subject, actor, at, data, position)
select pg_temp.id(16, k * 2 + i), (array['version.registered', 'version.ready'])[i], 'version:' || m.name || '@' || v.number, v.created_by, v.created_at,
    jsonb_build_object('model', m.name, 'version', v.number, 'digest', v.digest), k * 2 + i + 1000
from released join versions v on v.id = pg_temp.id(2, k) join models m on m.id = v.model_id cross join generate_series(1, 2) i where i = 1 or k % 5 = 0 order by k, i;
