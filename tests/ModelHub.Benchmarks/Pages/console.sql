-- Two models that differ in the number of their versions only, and a day of judged drift of every column of what staging serves.
create function pg_temp.id(kind int, n bigint) returns uuid language sql immutable
    return (lpad(to_hex(kind), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
create temp table made as select 1 as model, 'few' as name, few as versions from size union all select 2, 'many', many from size;

insert into models (id, name, namespace, description, owner, last_version_number, created_by, created_at, updated_at, revision)
select pg_temp.id(1, model), 'bench.' || name, 'bench', 'A model of ' || versions || ' versions', 'team', versions, 'user:dev', now(), now(), 3 from made;

insert into versions (id, model_id, number, state, format, digest, size, files, scan, signature, metrics, parameters, commit, run_url, created_by, created_at, updated_at, revision)
select pg_temp.id(1 + model, k), pg_temp.id(1, model), k, 'Ready', 'onnx', 'sha256:' || encode(sha256((model || '/' || k)::text::bytea), 'hex'), 40000 + k % 90000, '[]',
    '{"verdict": "CLEAN", "findings": []}',
    '{"inputs": [{"name": "income", "datatype": "FP32", "shape": [-1, 1], "kind": "TENSOR"}], "outputs": [{"name": "probability", "datatype": "FP32", "shape": [-1, 2], "labels": ["no", "yes"], "kind": "ZIPMAP"}]}',
    jsonb_build_array(jsonb_build_object('name', 'auc', 'value', 0.7 + k % 200 / 1000.0), jsonb_build_object('name', 'logloss', 'value', 0.3 + k % 90 / 1000.0)),
    '[{"name": "learning_rate", "value": "0.05"}, {"name": "depth", "value": "6"}]',
    encode(sha256(k::text::bytea), 'hex'), 'https://ci.example.org/runs/' || k, 'user:dev-' || k % 40, now() - make_interval(secs => versions - k), now(), 3
from made, generate_series(1, versions) k;
insert into version_tags (version_id, id, key, value) select pg_temp.id(1 + model, k), 1, 'branch', case when k % 20 = 0 then 'release-' || k / 1000 else 'main' end from made, generate_series(1, versions) k;
insert into aliases (id, model_id, name, version_id, updated_at, updated_by, revision) select pg_temp.id(9, model), pg_temp.id(1, model), 'champion', pg_temp.id(1 + model, versions), now(), 'user:dev', 2 from made;

insert into monitor_values (endpoint_id, variant_id, version_id, measure, column_name, window_from, window_to, value, samples, p_value, bound, threshold, breached, estimated)
select v.endpoint_id, v.id, v.version_id, 'drift.psi', 'column_' || lpad(c::text, 3, '0'), at - interval '1 minute', at, 0.01 + 0.3 * ((c * 7919 + w * 104729) % 1000) / 1000.0, 1200, 0.2, 0.01, 0.2, (c * 7919 + w * 104729) % 1000 > 640, false
from size, (select * from variants where valid_to is null limit 1) v, generate_series(1, columns) c, generate_series(0, 59) w, lateral (select date_trunc('minute', now()) - make_interval(mins => w) as at) t;
insert into monitor_values (endpoint_id, variant_id, version_id, measure, column_name, window_from, window_to, value, samples, p_value, bound, threshold, breached, estimated)
select v.endpoint_id, v.id, v.version_id, 'drift.psi', 'column_' || lpad(c::text, 3, '0'), at - interval '5 minutes', at, 0.01 + 0.3 * ((c * 7919 + w * 104729) % 1000) / 1000.0, 6000, 0.2, 0.01, 0.2, (c * 7919 + w * 104729) % 1000 > 640, false
from size, (select * from variants where valid_to is null limit 1) v, generate_series(1, columns) c, generate_series(13, 240) w, lateral (select date_trunc('minute', now()) - make_interval(mins => 5 * w) as at) t;
