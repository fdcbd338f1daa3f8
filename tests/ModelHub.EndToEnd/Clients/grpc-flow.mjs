// The flow of a client of KServe or Triton over @grpc/grpc-js: discover, look at a model, infer both ways, meet errors.
// Usage: node grpc-flow.mjs HOST:PORT MODEL TOKEN [METADATA-KEY=VALUE]…    The model is y = 3 x over x FP32 [N, 4].
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [target, model, token, ...extra] = process.argv.slice(2);
const proto = fileURLToPath(new URL('../../../worker-runtime/ModelHub.Inference/Grpc/open_inference_grpc.proto', import.meta.url));
const definition = loader.loadSync(proto, { keepCase: true, longs: Number, defaults: true, oneofs: true });
const { GRPCInferenceService } = grpc.loadPackageDefinition(definition).inference;
const client = new GRPCInferenceService(target, grpc.credentials.createInsecure());

const metadata = (authorization = `Bearer ${token}`) => {
  const made = new grpc.Metadata();
  if (authorization) made.set('authorization', authorization);
  for (const pair of extra) made.set(...pair.split('=', 2));
  return made;
};
const call = (method, request, options = {}) => new Promise((resolve, reject) =>
  client[method](request, options.metadata ?? metadata(), { deadline: Date.now() + 20_000, ...options }, (error, answer) => error ? reject(error) : resolve(answer)));
const fails = async (code, method, request, options) => {
  const error = await call(method, request, options).then(() => assert.fail(`${method} was answered`), (thrown) => thrown);
  assert.equal(error.code, code, `${method}: ${error.message}`);
  assert.ok(error.details.length > 0, `${method} fails without a word`);
};
const input = (change = {}) => ({ name: 'x', datatype: 'FP32', shape: [2, 4], contents: { fp32_contents: [1, 2, 3, 4, 5, 6, 7, 8] }, ...change });

assert.equal((await call('ServerLive', {})).live, true);
assert.equal((await call('ServerReady', {})).ready, true);
assert.ok((await call('ServerMetadata', {})).extensions.includes('binary_tensor_data'));
assert.equal((await call('ModelReady', { name: model })).ready, true);
const about = await call('ModelMetadata', { name: model });
assert.deepEqual(about.inputs, [{ name: 'x', datatype: 'FP32', shape: [-1, 4] }]);

const contents = await call('ModelInfer', { model_name: model, id: 'c-1', inputs: [input()] });
assert.equal(contents.id, 'c-1');
assert.equal(contents.model_version, '1');
assert.deepEqual(contents.outputs[0].contents.fp32_contents, [3, 6, 9, 12, 15, 18, 21, 24]);

const raw = Buffer.from(new Float32Array([1, 2, 3, 4]).buffer);
const answer = await call('ModelInfer', { model_name: model, inputs: [input({ shape: [1, 4], contents: null })], raw_input_contents: [raw] });
assert.deepEqual([...new Float32Array(new Uint8Array(answer.raw_output_contents[0]).buffer)], [3, 6, 9, 12]);

const large = Array.from({ length: 40_000 }, (_, i) => i);
const many = await call('ModelInfer', { model_name: model, inputs: [input({ shape: [10_000, 4], contents: { fp32_contents: large } })] });
assert.equal(many.outputs[0].contents.fp32_contents[39_999], 119_997);

const { status } = grpc;
await fails(status.NOT_FOUND, 'ModelInfer', { model_name: 'nobody.knows', inputs: [input()] });
await fails(status.INVALID_ARGUMENT, 'ModelInfer', { model_name: model, inputs: [input({ datatype: 'INT64' })] });
await fails(status.INVALID_ARGUMENT, 'ModelInfer', { model_name: model, inputs: [input({ shape: [2, 5] })] });
await fails(status.UNAUTHENTICATED, 'ModelInfer', { model_name: model, inputs: [input()] }, { metadata: metadata('') });
await fails(status.UNAUTHENTICATED, 'ModelInfer', { model_name: model, inputs: [input()] }, { metadata: metadata('Bearer wrong') });
const together = await Promise.all(Array.from({ length: 50 }, (_, i) =>
  call('ModelInfer', { model_name: model, id: `${i}`, inputs: [input({ shape: [1, 4], contents: { fp32_contents: [i, 0, 0, 0] } })] })));
together.forEach((one, i) => assert.deepEqual([one.id, one.outputs[0].contents.fp32_contents[0]], [`${i}`, 3 * i]));

client.close();
console.log('grpc flow passed');
