#!/usr/bin/env node
// Bundles the GraphQL IDE: GraphiQL and its editor from npm, with this folder's page around them. node build.mjs TARGET-FOLDER
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

const here = import.meta.dirname;
const target = process.argv[2];
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });

await build({
  entryPoints: {
    ide: join(here, 'ide.jsx'),
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
  },
  absWorkingDir: here,
  outdir: target,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  jsx: 'automatic',
  legalComments: 'eof',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.ttf': 'file', '.woff2': 'file', '.svg': 'dataurl' },
  assetNames: '[name]-[hash]',
  logLevel: 'warning',
});
copyFileSync(join(here, 'ide.html'), join(target, 'ide.html'));

// Each file also compressed once, here, instead of with every request.
for (const file of readdirSync(target)) {
  const bytes = readFileSync(join(target, file));
  writeFileSync(join(target, `${file}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
}
