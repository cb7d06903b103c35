// SPDX-License-Identifier: LGPL-2.1-or-later
// What every scenario over Twilio's face needs: at its end all that was sent is
// what Twilio takes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection, Driver, END } from './driver.mjs';
import { checkTwilio } from './twilio-checker.mjs';

export const SID = 'MZ01';
const BACKEND = { user_agent: 'OpenAI/JS 7.55.0', server: true };
const PCMU = { format: { type: 'audio/pcmu' } };

export class TwilioConnection extends Connection {
  #told = 0;

  start(streamSid = SID) {
    return this.send({
      event: 'start', sequenceNumber: '1', streamSid,
      start: { streamSid, callSid: 'CAtest1', accountSid: 'ACtest', tracks: ['inbound'], customParameters: {}, mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 } },
    });
  }

  media(ms, at) {
    return this.send({
      event: 'media', streamSid: SID,
      media: { track: 'inbound', ...(at !== undefined && { timestamp: String(at) }), payload: Buffer.alloc(ms * 8, 0xff).toString('base64') },
    });
  }

  async press(keys) {
    for (const digit of keys) await this.send({ event: 'dtmf', streamSid: SID, dtmf: { track: 'inbound_track', digit } });
  }

  mark(name) {
    return this.send({ event: 'mark', streamSid: SID, mark: { name } });
  }

  stop() {
    return this.send({ event: 'stop', streamSid: SID, stop: { accountSid: 'ACtest', callSid: 'CAtest1' } });
  }

  /** What was sent since the last call, in short: milliseconds of speech, names of marks, "clear". */
  told() {
    const told = this.events.slice(this.#told).map(({ event, media, mark }) =>
      (event === 'media' ? Buffer.from(media.payload, 'base64').length / 8 : event === 'mark' ? mark.name : event));
    this.#told = this.events.length;
    return told;
  }

  check() {
    assert.deepEqual(checkTwilio(this.events, SID), []);
  }
}

export const connectTwilio = (driver, options) => driver.add(new TwilioConnection(driver, driver.connections.length), { face: 'twilio', ...options });

/**
 * A call in a session of mu-law, with a backend beside it.
 * @param begun whether its stream has started
 * @param wide the session has 24 kHz
 */
export function scenario(name, func, { lead, begun = true, wide = false, ...options } = {}) {
  test(name, async () => {
    const driver = await Driver.start();
    try {
      if (lead) await driver.run({ lead });
      const caller = await connectTwilio(driver, options);
      const backend = await driver.connect(BACKEND);
      await driver.run({ start: true });
      if (!wide) await backend.send({ type: 'session.update', session: { type: 'realtime', audio: { input: PCMU, output: PCMU } } });
      if (begun) await caller.start();
      await func({ driver, caller, backend });
      await driver.run({ end: END.clientLeft });
      caller.check();
      backend.check();
    } finally {
      await driver.stop();
    }
  });
}

/** Speech in, up to what the engine is asked. */
export async function hear(driver, caller, utterance, text) {
  await caller.media(1000);
  await driver.engine('speech_started', utterance, 0);
  await driver.engine('speech_stopped', utterance, 1000);
  await driver.engine('final', utterance, text);
}
