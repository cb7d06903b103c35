// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs the published samples as they are. What a compiler does is done by hand: imports and types go.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const folder = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), 'samples');
const AsyncFunction = (async () => {}).constructor;

/** What is TypeScript or JSX in them. */
const types = [
  [/^import .*;$/gm, ''],
  ['(sessionKey?: string)', '(sessionKey)'],
  ['(): string {', '() {'],
  [/: any\)/g, ')'],
  ['<Vowel | null>(null)', '(null)'],
  ['VOWEL_API_KEY!', 'VOWEL_API_KEY'],
  ['(elementId)!.', '(elementId).'],
  [/^ *return <.*>;$/gm, ''],
];

/** A sample with other hosts and keys; each must be in it. */
export function read(name, replacements = {}) {
  let text = readFileSync(path.join(folder, name), 'utf8');
  for (const [from, to] of Object.entries(replacements)) {
    assert.ok(text.includes(from), `${name} does not have ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/**
 * @param scope what is there when it runs
 * @param results the names of what it leaves behind
 */
export async function run(name, { replacements, scope = {}, results = [] }) {
  let text = read(name, replacements);
  for (const [from, to] of types) text = text.replaceAll(from, to);
  return new AsyncFunction(...Object.keys(scope), `${text}\nreturn { ${results} };`)(...Object.values(scope));
}

/** What a shell prints, as JSON. */
export async function shell(name, { replacements, env }) {
  const { stdout } = await promisify(execFile)('bash', ['-e', '-c', read(name, replacements)], { env: { PATH: process.env.PATH, ...env } });
  return JSON.parse(stdout);
}
