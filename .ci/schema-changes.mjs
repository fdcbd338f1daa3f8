#!/usr/bin/env node
// What clients of the last release would notice of a change of the GraphQL schema. A breaking change must be declared.
//   node .ci/schema-changes.mjs [RELEASED.graphql CURRENT.graphql DECLARED.md]
// Exit code 1 when a breaking change is not declared, or something is declared that does not break.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

const root = resolve(import.meta.dirname, '..');
const [
  released = resolve(root, 'registry-api/ModelHub.Api/schema.released.graphql'),
  current = resolve(root, 'registry-api/ModelHub.Api/schema.graphql'),
  declared = resolve(root, 'docs/schema-changes.md'),
] = process.argv.slice(2);
const read = (file) => readFileSync(file, 'utf8');

const changes = await diff(buildSchema(read(released)), buildSchema(read(current)));
const breaking = changes.filter((change) => change.criticality.level === CriticalityLevel.Breaking);

// A declaration is an item of the list: - `Type.field.argument`: what clients do now.
const declarations = new Map([...read(declared).matchAll(/^- `([^`]+)`: *(\S.*)$/gm)].map(([, path, advice]) => [path, advice]));
const silent = breaking.filter((change) => !declarations.has(change.path));
const broken = new Set(breaking.map((change) => change.path));
const stale = [...declarations.keys()].filter((path) => !broken.has(path));

for (const change of silent) console.error(`breaks clients and is not declared: \`${change.path}\`: ${change.message}`);
for (const path of stale) console.error(`declared and does not break: \`${path}\``);
if (silent.length + stale.length > 0) {
  console.error(`Declare each in ${declared} as: - \`path\`: what clients do now. What does not break is taken out.`);
  process.exit(1);
}

console.log(`${changes.length} changes since the last release, ${breaking.length} of them breaking and declared`);
