// SPDX-License-Identifier: LGPL-2.1-or-later
// What every scenario over the OpenAI face needs: it runs in both dialects, and
// at its end all that was sent is valid and in order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Driver } from './driver.mjs';

/** GA names; beta's are derived. */
const BETA_NAMES = {
  'conversation.item.added': 'conversation.item.created',
  'conversation.item.done': null,
  'response.output_text.delta': 'response.text.delta',
  'response.output_text.done': 'response.text.done',
  'response.output_audio.delta': 'response.audio.delta',
  'response.output_audio.done': 'response.audio.done',
  'response.output_audio_transcript.delta': 'response.audio_transcript.delta',
  'response.output_audio_transcript.done': 'response.audio_transcript.done',
  'input_audio_buffer.timeout_triggered': null,
};

function inDialect(names, dialect) {
  if (dialect === 'ga') return names;
  return names
    .map((name) => (name in BETA_NAMES ? BETA_NAMES[name] : name))
    .filter((name) => name !== null);
}

export function expectNew(client, ...names) {
  assert.deepEqual(client.newTypes(), inDialect(names, client.dialect));
}

/** Both dialects' form of a session. */
export function session(dialect, { instructions, tools, turnDetection, text, voice }) {
  const common = { ...(instructions !== undefined && { instructions }), ...(tools && { tools }) };
  if (dialect === 'beta')
    return {
      ...common,
      ...(turnDetection !== undefined && { turn_detection: turnDetection }),
      ...(text && { modalities: ['text'] }),
      ...(voice && { voice }),
    };
  return {
    type: 'realtime',
    ...common,
    ...(text && { output_modalities: ['text'] }),
    ...((turnDetection !== undefined || voice) && {
      audio: {
        ...(turnDetection !== undefined && { input: { turn_detection: turnDetection } }),
        ...(voice && { output: { voice } }),
      },
    }),
  };
}

export const silence = (ms) => Buffer.alloc(ms * 48).toString('base64');
export const say = (text) => ({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } });

export const ITEM = ['conversation.item.added', 'conversation.item.done'];
export const SPOKEN_START = ['response.output_item.added', 'conversation.item.added', 'response.content_part.added'];
export const SPOKEN_END = [
  'response.output_audio.done', 'response.output_audio_transcript.done', 'response.content_part.done',
  'conversation.item.done', 'response.output_item.done', 'response.done',
];

/** Speech in, up to what the engine is asked. */
export async function hear(driver, client, utterance, text) {
  await client.send({ type: 'input_audio_buffer.append', audio: silence(1000) });
  await driver.engine('speech_started', utterance, 0);
  await driver.engine('speech_stopped', utterance, 1000);
  await driver.engine('interim', utterance, `${text.split(' ')[0]} whatever`);
  await driver.engine('final', utterance, text);
}

/** One scenario in both dialects. */
export function scenario(name, func) {
  for (const kind of ['ga', 'beta'])
    test(`${name} (${kind})`, async () => {
      const { driver, client } = await Driver.connected(kind);
      try {
        expectNew(client, 'session.created', 'conversation.created');
        await func({ driver, client, dialect: kind });
        client.check();
      } finally {
        await driver.stop();
      }
    });
}
