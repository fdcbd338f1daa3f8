// The editor's workers, from this server like everything else.
const files = { json: 'json.worker.js', graphql: 'graphql.worker.js' };

globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(`/graphql/ide/${files[label] ?? 'editor.worker.js'}`),
};
