// graphql-codegen: typed documents from the served SDL for every document of the console and the command line; tsc checks them and their use.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as documents from '@graphql-codegen/typed-document-node';
import * as operations from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';
import { headers, url } from './server.mjs';

const root = resolve(import.meta.dirname, '../../..');
const sdl = await (await fetch(new URL('/schema.graphql', url), { headers })).text();
const scalars = { Long: 'number', UUID: 'string', DateTime: 'string', Date: 'string', Duration: 'string', Decimal: 'number', JSON: 'unknown' };

async function generate(folder) {
  const files = readdirSync(join(root, folder), { recursive: true }).filter((file) => file.endsWith('.graphql') && !/^(bin|obj)\//.test(file));
  const output = await codegen({
    filename: 'graph.ts',
    schema: parse(sdl),
    documents: files.map((location) => ({ location, document: parse(readFileSync(join(root, folder, location), 'utf8')) })),
    config: { scalars, strictScalars: true, useTypeImports: true, enumsAsTypes: true },
    plugins: [{ operations: {} }, { documents: {} }],
    pluginMap: { operations, documents },
  });
  return { output, count: files.length };
}

const use = `
import type { ResultOf, VariablesOf } from '@graphql-typed-document-node/core';
import { ReadModelDocument } from './graph.js';
export const variables: VariablesOf<typeof ReadModelDocument> = { name: 'risk.credit-scoring' };
export const nameOf = (data: ResultOf<typeof ReadModelDocument>): string | undefined => data.model?.name;
`;

const work = mkdtempSync(join(root, 'node_modules/.modelhub-codegen-'));
try {
  for (const folder of ['web-ui/ModelHub.Console', 'registry-api/ModelHub.Cli']) {
    const { output, count } = await generate(folder);
    assert.ok(count > 30, `only ${count} documents in ${folder}`);
    writeFileSync(join(work, 'graph.ts'), output);
    writeFileSync(join(work, 'use.ts'), use);
    check(work, true);
    // The check can fail: what the schema does not know does not compile.
    writeFileSync(join(work, 'use.ts'), use.replace("name: 'risk", "nome: 'risk"));
    check(work, false);
    console.log(`codegen: ${count} documents of ${folder} typed and compiled`);
  }
} finally {
  rmSync(work, { recursive: true });
}

function check(folder, compiles) {
  const tsc = createRequire(import.meta.url).resolve('typescript/package.json').replace('package.json', 'bin/tsc');
  const args = [tsc, '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext', '--types', '', join(folder, 'use.ts')];
  let failure = null;
  try {
    execFileSync(process.execPath, args, { encoding: 'utf8' });
  } catch (error) {
    failure = error.stdout;
  }
  assert.equal(failure === null, compiles, failure ?? 'tsc found no fault where there is one');
  if (!compiles) assert.match(failure, /nome/);
}
