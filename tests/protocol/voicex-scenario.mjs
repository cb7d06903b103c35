// SPDX-License-Identifier: LGPL-2.1-or-later
// What every scenario over Voicex's face needs: at its end all that was sent is
// what a strict client takes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection, Driver } from './driver.mjs';
import { checkVoicex, mp3Samples } from './voicex-checker.mjs';

export const AGENT = { agent_id: '64f0c0ffee0123456789abcd', agent_name: 'Front desk' };

class VoicexConnection extends Connection {
  #told = 0;

  /** Microphone audio. */
  audio(ms) {
    return this.binary(Buffer.alloc(ms * 32));
  }

  /**
   * All since the last call, in short: ["user… hello", "user: hello", "200 ms", "audioEnd"].
   */
  news() {
    const news = this.events.slice(this.#told).map((event) => {
      if (Buffer.isBuffer(event)) return `${mp3Samples(event) / 24} ms`;
      const { type, payload } = event;
      if (type === 'transcript') return `${payload.role}${payload.isFinal ? ':' : '…'} ${payload.text}`;
      return type === 'error' ? `error: ${payload.message}` : type;
    });
    this.#told = this.events.length;
    return news;
  }

  check(options) {
    assert.deepEqual(checkVoicex(this.events, options), []);
  }
}

export const connectVoicex = (driver, options) => driver.add(new VoicexConnection(driver, driver.connections.length),
  { face: 'voicex', session_id: '7f1c2b1e-0000-4000-8000-000000000001', history_key: 'key-1', ...options });

/** @param options of the connection; those of the driver are `lead` and `bargeIn` */
export function scenario(name, func, { lead, bargeIn, ...options } = {}) {
  test(name, async () => {
    const driver = await Driver.start();
    try {
      if (lead) await driver.run({ lead });
      if (bargeIn) await driver.run({ barge_in: bargeIn });
      const client = await connectVoicex(driver, options);
      await driver.run({ start: true });
      assert.deepEqual(client.news(), ['connected']);
      await func({ driver, client });
      client.check();
    } finally {
      await driver.stop();
    }
  });
}

/** A whole answer of sentences, each of so many milliseconds. */
export async function answer(driver, generation, sentences, ms = 400) {
  let at = 0;
  await driver.engine('text', generation, sentences.join(' '));
  for (const sentence of sentences) {
    await driver.engine('audio', generation, ms / 2, at, at + sentence.length);
    await driver.engine('sentence', generation, ms / 2, at, at + sentence.length);
    at += sentence.length + 1;
  }
  await driver.engine('generated', generation, 0);
  await driver.engine('audio_ended', generation);
}
