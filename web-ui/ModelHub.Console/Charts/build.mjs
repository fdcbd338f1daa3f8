#!/usr/bin/env node
// Bundles the charts of the console: the few parts of Apache ECharts that they use, with this folder around them. node build.mjs TARGET-FILE
import { build } from 'esbuild';
import { join } from 'node:path';

await build({
  entryPoints: [join(import.meta.dirname, 'charts.mjs')],
  absWorkingDir: import.meta.dirname,
  outfile: process.argv[2],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'eof',
  logLevel: 'warning',
});
