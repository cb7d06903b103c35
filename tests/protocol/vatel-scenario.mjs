// SPDX-License-Identifier: LGPL-2.1-or-later
// What every scenario over Vatel's face needs: at its end all that was sent is
// what a strict client takes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection, Driver } from './driver.mjs';
import { checkVatel } from './vatel-checker.mjs';

export class VatelConnection extends Connection {
  /** The messages of one type, what is in them. */
  all(type) {
    return this.events.filter((event) => event.type === type).map(({ data }) => data);
  }

  audio(ms) {
    return this.send({ type: 'input_audio', data: { audio: Buffer.alloc(ms * 48).toString('base64') } });
  }

  output(toolCallId, output) {
    return this.send({ type: 'tool_call_output', data: { toolCallId, output } });
  }

  check(options) {
    assert.deepEqual(checkVatel(this.events, { over: this.close !== null, ...options }), []);
  }
}

export const connectVatel = (driver, options) => driver.add(new VatelConnection(driver, driver.connections.length), { face: 'vatel', ...options });

/** @param options of the connection; those of the driver are `lead` */
export function scenario(name, func, { lead, ...options } = {}) {
  test(name, async () => {
    const driver = await Driver.start();
    try {
      if (lead) await driver.run({ lead });
      const client = await connectVatel(driver, options);
      await driver.run({ start: true });
      await func({ driver, client });
      client.check();
    } finally {
      await driver.stop();
    }
  });
}

/** A whole answer. */
export async function answer(driver, generation, text, ms = 400) {
  await driver.engine('text', generation, text);
  await driver.engine('generated', generation, 0);
  await driver.engine('audio', generation, ms, 0, text.length);
  await driver.engine('audio_ended', generation);
}
