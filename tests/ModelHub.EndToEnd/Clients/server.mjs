// The server that a client script talks to: node SCRIPT.mjs API-ADDRESS TOKEN.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

const [, , api, token] = process.argv;
assert.ok(api && token, 'usage: node SCRIPT.mjs API-ADDRESS TOKEN');

export const url = new URL('/graphql', api).href;
export const socketUrl = url.replace(/^http/, 'ws');
export const authorization = `Bearer ${token}`;
export const headers = { authorization };

/** The data of an operation that must hold, by nothing but fetch. */
export async function ask(query, variables) {
  const response = await fetch(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

/** Models of a namespace of their own; returns the namespace. */
export async function createModels(count) {
  const namespace = `clients.n${randomBytes(6).toString('hex')}`;
  for (let i = 1; i <= count; i++) await createModel(`${namespace}.m${i}`);
  return namespace;
}

export async function createModel(name) {
  const { createModel } = await ask('mutation($input: CreateModelInput!) { createModel(input: $input) { model { id name revision } errors { __typename } } }', { input: { name } });
  assert.equal(createModel.errors, null, JSON.stringify(createModel.errors));
  return createModel.model;
}

export async function describeModel(name) {
  const { updateModel } = await ask('mutation($input: UpdateModelInput!) { updateModel(input: $input) { errors { __typename } } }', { input: { name, description: 'told' } });
  assert.equal(updateModel.errors, null, JSON.stringify(updateModel.errors));
}

/**
 * Follows what happens to a new model: its making, from the record, and then, made only after that was seen, a change as it happens.
 * follow(query, variables, next, error) subscribes and returns how to stop.
 */
export async function seesEvents(follow, namespace) {
  const name = `${namespace}.late`;
  const subject = `model:${name}`;
  await createModel(name);
  const types = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no event within 20 s')), 20_000);
    const seen = [];
    const stop = follow(
      'subscription Events($subject: String) { events(after: 0, subject: $subject) { type subject } }',
      { subject },
      ({ events }) => {
        assert.equal(events.subject, subject);
        if (seen.push(events.type) === 1) return void describeModel(name).catch(reject);
        clearTimeout(late);
        resolve(seen);
        queueMicrotask(() => stop());
      },
      (error) => reject(error instanceof Error ? error : new Error(JSON.stringify(error))),
    );
  });
  assert.deepEqual(types, ['model.created', 'model.updated']);
}
