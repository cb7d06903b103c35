// SPDX-License-Identifier: LGPL-2.1-or-later
// Every input that a fuzzer found, or began with: nothing breaks, and all that
// is sent is valid and in order.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Tap } from '../lib/tap.mjs';
import { checkTwilio } from '../protocol/twilio-checker.mjs';
import { checkVatel } from '../protocol/vatel-checker.mjs';
import { checkVoicex } from '../protocol/voicex-checker.mjs';

const program = path.join(process.env.VOWEL_BUILDDIR, 'tests/fuzz/fuzz-replay');
const folder = path.join(process.env.VOWEL_SRCDIR, 'tests/fuzz');

/** What its first message may be. */
const VOICEX = ['connected', 'pong', 'error'];

/** What is wrong with what one connection was sent. */
function problems(on, events) {
  if (events[0].streamSid) return checkTwilio(events, events[0].streamSid);
  if (VOICEX.includes(events[0].type)) return checkVoicex(events, { early: true });
  if (events[0].data) return checkVatel(events, { joined: on > 0 });
  const tap = new Tap({ name: `connection ${on}`, joined: on > 0 });
  for (const event of events) tap.push(event);
  return tap.problems();
}

for (const corpus of ['corpus', 'twilio-corpus', 'vatel-corpus', 'voicex-corpus'])
  for (const name of readdirSync(path.join(folder, corpus)).sort())
    test(`${corpus}: ${name}`, () => {
      const run = spawnSync(program, ['--print', path.join(folder, corpus, name)], { encoding: 'utf8', maxBuffer: 1 << 28 });
      assert.equal(run.status, 0, `${run.signal ?? run.status}\n${run.stderr}`);
      const connections = new Map();
      for (const { on, event, binary } of run.stdout.trimEnd().split('\n').map((text) => JSON.parse(text)))
        if (event ?? binary) connections.set(on, [...connections.get(on) ?? [], event ?? Buffer.from(binary, 'base64')]);
      for (const [on, events] of connections) assert.deepEqual(problems(on, events), []);
    });
