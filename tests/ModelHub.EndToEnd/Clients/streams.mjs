// graphql-ws and graphql-sse themselves: queries and subscriptions over both, several at once, ended by the client.
import assert from 'node:assert/strict';
import { createClient as socketClient } from 'graphql-ws';
import { createClient as streamClient } from 'graphql-sse';
import WebSocket from 'ws';
import { authorization, createModels, headers, seesEvents, socketUrl, url } from './server.mjs';

const clients = {
  'graphql-ws': () => socketClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: { authorization }, retryAttempts: 0 }),
  'graphql-sse': () => streamClient({ url, headers, retryAttempts: 0 }),
};

for (const [name, open] of Object.entries(clients)) {
  const client = open();
  const namespace = await createModels(1);

  const { value: answer } = await client.iterate({ query: 'query($name: String!) { model(name: $name) { name } }', variables: { name: `${namespace}.m1` } }).next();
  assert.deepEqual(answer, { data: { model: { name: `${namespace}.m1` } } }, name);

  // A socket tells errors of the document as such, a stream as an answer.
  const refused = await new Promise((resolve) => client.subscribe({ query: '{ nothingOfThatName }' }, { next: ({ errors }) => resolve(errors), error: resolve, complete() {} }));
  assert.match(refused[0].message, /nothingOfThatName/, `${name} tells what is wrong`);

  // Two at once on one client, each with events of its own, and each ended by the client.
  const follow = (query, variables, next, error) => client.subscribe({ query, variables }, { next: ({ data, errors }) => (errors ? error(errors) : next(data)), error, complete() {} });
  await Promise.all([seesEvents(follow, `${namespace}.a`), seesEvents(follow, `${namespace}.b`)]);

  await client.dispose();
}

console.log('graphql-ws and graphql-sse: queries, errors and events over both');
