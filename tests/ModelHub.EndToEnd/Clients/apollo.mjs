// Apollo Client: pages merge by relayStylePagination, entities are normalised by id, events come over a socket.
import assert from 'node:assert/strict';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { getMainDefinition, relayStylePagination } from '@apollo/client/utilities';
import { createClient } from 'graphql-ws';
import { filter, firstValueFrom } from 'rxjs';
import WebSocket from 'ws';
import { authorization, createModels, headers, seesEvents, socketUrl, url } from './server.mjs';

const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: { authorization } });
const client = new ApolloClient({
  cache: new InMemoryCache({ typePolicies: { Query: { fields: { models: relayStylePagination(['where', 'order']) } } } }),
  link: ApolloLink.split(
    ({ query }) => getMainDefinition(query).operation === 'subscription',
    new GraphQLWsLink(socket),
    new HttpLink({ uri: url, headers }),
  ),
});

const namespace = await createModels(5);
const MODELS = gql`
  query Models($where: ModelFilterInput, $first: Int!, $after: String) {
    models(where: $where, first: $first, after: $after, order: [{ name: ASC }]) {
      edges { cursor node { id name description revision } }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  }
`;
const variables = { where: { name: { startsWith: namespace } }, first: 2 };

const watched = client.watchQuery({ query: MODELS, variables });
await firstValueFrom(watched.pipe(filter((result) => !result.loading)));
const list = () => client.readQuery({ query: MODELS, variables }).models;
while (list().pageInfo.hasNextPage) await watched.fetchMore({ variables: { after: list().pageInfo.endCursor } });
assert.deepEqual(list().edges.map((edge) => edge.node.name.split('.').at(-1)), ['m1', 'm2', 'm3', 'm4', 'm5'], 'three pages became one list');
assert.equal(list().totalCount, 5);

const third = list().edges[2].node;
const UPDATE = gql`
  mutation Describe($input: UpdateModelInput!) {
    updateModel(input: $input) { model { id description revision } errors { __typename ... on Error { message code } } }
  }
`;
const { data: updated } = await client.mutate({ mutation: UPDATE, variables: { input: { name: third.name, description: 'told by a mutation', expectedRevision: third.revision } } });
assert.equal(updated.updateModel.errors, null, JSON.stringify(updated.updateModel.errors));
assert.equal(list().edges[2].node.description, 'told by a mutation', 'the list shows what the mutation answered: one entity, one id');
assert.equal(client.cache.extract()[`Model:${third.id}`].description, 'told by a mutation');

const { data: stale } = await client.mutate({ mutation: UPDATE, variables: { input: { name: third.name, description: 'late', expectedRevision: third.revision } } });
assert.equal(stale.updateModel.errors[0].__typename, 'RevisionConflictError', 'a refusal is data with a type');

await seesEvents((query, variables, next, error) => {
  const subscription = client.subscribe({ query: gql(query), variables }).subscribe({ next: (result) => (result.error ? error(result.error) : next(result.data)), error });
  return () => subscription.unsubscribe();
}, namespace);

client.stop();
await socket.dispose();
console.log('apollo: pages merged, entities normalised, refusals typed, events received');
