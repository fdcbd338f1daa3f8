// urql with its document cache, its normalised cache (Graphcache) with relayPagination, and a socket.
import assert from 'node:assert/strict';
import { Client, cacheExchange, fetchExchange, gql, subscriptionExchange } from '@urql/core';
import { cacheExchange as graphcache } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { authorization, createModels, headers, seesEvents, socketUrl, url } from './server.mjs';

const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: { authorization } });
const overSocket = subscriptionExchange({
  forwardSubscription: ({ query, variables }) => ({ subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }) }),
});
const clientOf = (cache) => new Client({ url, preferGetMethod: false, fetchOptions: { headers }, exchanges: [cache, fetchExchange, overSocket] });

const namespace = await createModels(5);
const where = { name: { startsWith: namespace } };
const MODELS = gql`
  query Models($where: ModelFilterInput, $after: String) {
    models(where: $where, first: 2, after: $after, order: [{ name: ASC }]) {
      nodes { id name description revision }
      pageInfo { hasNextPage endCursor }
    }
  }
`;
const data = (result) => (assert.equal(result.error, undefined, String(result.error)), result.data);

// The document cache answers the second time without asking.
const plain = clientOf(cacheExchange);
const first = await plain.query(MODELS, { where });
const again = await plain.query(MODELS, { where });
assert.deepEqual(data(again), data(first));
assert.equal(again.operation.context.meta?.cacheOutcome, 'hit');

// The normalised cache merges pages into the list of the first one and updates entities by id.
const normal = clientOf(graphcache({
  resolvers: { Query: { models: relayPagination() } },
  keys: { Tag: () => null },
}));
let page = data(await normal.query(MODELS, { where }));
while (page.models.pageInfo.hasNextPage) page = data(await normal.query(MODELS, { where, after: page.models.pageInfo.endCursor }));
assert.deepEqual(page.models.nodes.map((node) => node.name.split('.').at(-1)), ['m1', 'm2', 'm3', 'm4', 'm5'], 'three pages became one list');

const third = page.models.nodes[2];
const UPDATE = gql`mutation Describe($input: UpdateModelInput!) { updateModel(input: $input) { model { id description revision } errors { __typename } } }`;
assert.equal(data(await normal.mutation(UPDATE, { input: { name: third.name, description: 'told by a mutation', expectedRevision: third.revision } })).updateModel.errors, null);
const ONE = gql`query One($name: String!) { model(name: $name) { id name description } }`;
data(await normal.query(ONE, { name: third.name }));
const listed = data(await normal.query(MODELS, { where }, { requestPolicy: 'cache-only' })).models.nodes.find((node) => node.id === third.id);
assert.equal(listed.description, 'told by a mutation');

await seesEvents(
  (query, variables, next, error) => plain.subscription(gql(query), variables).subscribe((result) => (result.error ? error(result.error) : next(result.data))).unsubscribe,
  namespace,
);

await socket.dispose();
console.log('urql: cached, pages merged, entities normalised, events received');
