// The flow of a V2 client over REST: discover, look at a model, infer as JSON, binary, mixed and gzipped, meet errors.
// Usage: node rest-flow.mjs BASE-URL MODEL TOKEN    The model is y = 3 x over x FP32 [N, 4].
import assert from 'node:assert/strict';
import { gunzipSync, gzipSync } from 'node:zlib';

const [base, model, token] = process.argv.slice(2);
const authorization = { authorization: `Bearer ${token}` };
const get = (path, headers = authorization) => fetch(base + path, { headers });
const infer = (body, headers = {}, path = `/v2/models/${model}/infer`) =>
  fetch(base + path, { method: 'POST', body, headers: { ...authorization, 'content-type': 'application/json', ...headers } });
const input = (change = {}) => ({ name: 'x', datatype: 'FP32', shape: [2, 4], data: [1, 2, 3, 4, 5, 6, 7, 8], ...change });
const expected = [3, 6, 9, 12, 15, 18, 21, 24];

assert.equal((await get('/v2/health/live')).status, 200);
assert.equal((await get('/v2/health/ready')).status, 200);
assert.ok((await (await get('/v2')).json()).extensions.includes('binary_tensor_data'));
assert.deepEqual(await (await get(`/v2/models/${model}/ready`)).json(), { name: model, ready: true });
const about = await (await get(`/v2/models/${model}`)).json();
assert.deepEqual(about.inputs, [{ name: 'x', datatype: 'FP32', shape: [-1, 4] }]);

const json = await (await infer(JSON.stringify({ id: 'r-1', inputs: [input()], outputs: [{ name: 'y' }] }))).json();
assert.deepEqual([json.id, json.model_name, json.model_version], ['r-1', model, '1']);
assert.deepEqual(json.outputs, [{ name: 'y', datatype: 'FP32', shape: [2, 4], data: expected }]);

const floats = Buffer.from(new Float32Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer);
const head = Buffer.from(JSON.stringify({ parameters: { binary_data_output: true }, inputs: [input({ data: undefined, parameters: { binary_data_size: 32 } })] }));
const binary = await infer(Buffer.concat([head, floats]), { 'content-type': 'application/octet-stream', 'inference-header-content-length': `${head.length}` });
assert.equal(binary.status, 200);
const length = Number(binary.headers.get('inference-header-content-length'));
const bytes = new Uint8Array(await binary.arrayBuffer());
const described = JSON.parse(new TextDecoder().decode(bytes.subarray(0, length))).outputs[0];
assert.deepEqual([described.parameters.binary_data_size, described.data], [32, undefined]);
assert.deepEqual([...new Float32Array(bytes.slice(length).buffer)], expected);

const rows = Array.from({ length: 400 }, (_, i) => i);
const packed = await infer(gzipSync(JSON.stringify({ inputs: [input({ shape: [100, 4], data: rows })] })), { 'content-encoding': 'gzip', 'accept-encoding': 'gzip' });
assert.equal(packed.status, 200);
assert.equal(packed.headers.get('content-encoding'), 'gzip');
assert.deepEqual((await packed.json()).outputs[0].data, rows.map((value) => value * 3));
assert.equal((await infer(gzipSync(Buffer.alloc(200 << 20)), { 'content-encoding': 'gzip' })).status, 413);
assert.equal((await infer('not gzip', { 'content-encoding': 'gzip' })).status, 400);
assert.throws(() => gunzipSync(Buffer.from('not gzip')));

const refused = async (status, response) => {
  const answer = await response;
  assert.equal(answer.status, status);
  assert.ok((await answer.json()).error.length > 0, `${status} without a reason`);
};
await refused(404, infer('{}', {}, '/v2/models/nobody.knows/infer'));
await refused(404, infer('{}', {}, `/v2/models/${model}/versions/99/infer`));
await refused(400, infer('{'));
await refused(400, infer(JSON.stringify({ inputs: [input({ datatype: 'INT64' })] })));
await refused(400, infer(JSON.stringify({ inputs: [input({ shape: [2, 5] })] })));
await refused(400, infer(JSON.stringify({ inputs: [input()], outputs: [{ name: 'z' }] })));
await refused(401, infer(JSON.stringify({ inputs: [input()] }), { authorization: '' }));

console.log('rest flow passed');
