// SPDX-License-Identifier: LGPL-2.1-or-later
// Everything that a strict client of Voicex's can find wrong with what it is
// sent: the shape of each message, each piece of audio, and their order.
import fs from 'node:fs';
import path from 'node:path';

const file = path.join(process.env.VOWEL_SRCDIR ?? '.', 'tests/protocol/voicex.schema.json');

async function load() {
  const { default: Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(JSON.parse(fs.readFileSync(file)));
  return (definition) => ajv.getSchema(`urn:vowel-gst:voicex#/$defs/${definition}`);
}

const getSchema = await load().catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
});

/** What is wrong with one message; an empty list when nothing is. */
export function voicexProblems(message) {
  const validate = getSchema?.('server');
  if (!validate || validate(message)) return [];
  // Of the alternatives only its own says what is wrong.
  const own = getSchema(message?.type ?? '');
  const errors = own && !own(message) ? own.errors : validate.errors;
  return errors.map((error) => `${message?.type}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
}

/** Samples of a whole MP3 file of ours: 24 kHz, mono, and nothing but frames of 64 kbit/s. */
export function mp3Samples(bytes) {
  const frame = 192;
  const n = bytes.length / frame - 1;
  for (let at = 0; at < bytes.length; at += frame)
    if (bytes.length % frame || bytes.readUInt16BE(at) >> 1 !== 0xfff2 >> 1 || bytes[at + 2] !== 0x84 || bytes[at + 3] >> 6 !== 3)
      throw new Error(`not a frame at ${at} of ${bytes.length}`);
  const tag = bytes.subarray(13);
  if (tag.toString('latin1', 0, 4) !== 'Info' || tag.readUInt32BE(8) !== n) throw new Error('the first frame does not say how long it is');
  return n * 576 - (tag.readUIntBE(37, 3) >> 12) - (tag.readUIntBE(37, 3) & 0xfff);
}

/**
 * What is wrong with all that one connection was sent, in its order: messages, and files as buffers.
 * @param refused it was sent away
 * @param early it may have spoken before the session began
 */
export function checkVoicex(messages, { refused = false, early = false } = {}) {
  const problems = [];
  const say = (text, message) => problems.push(`${text}: ${JSON.stringify(message).slice(0, 200)}`);
  let pending = 0; // files since the last end or stop
  let quiet = true; // nothing has happened that could be stopped
  let last = 0;
  let connected = false;

  messages.forEach((message, index) => {
    const { type, payload, timestamp = payload?.timestamp } = message;
    if (!refused && (type === 'connected') !== (early ? type === 'connected' && !connected : index === 0)) say('connected must be the first message, once', message);
    connected ||= type === 'connected';
    if (timestamp < last) say('time goes backwards', message);
    last = timestamp ?? last;
    if (Buffer.isBuffer(message)) {
      try {
        if (mp3Samples(message) <= 0) say('a file without sound', message.length);
      } catch (error) {
        problems.push(error.message);
      }
      pending++;
      quiet = false;
      return;
    }
    problems.push(...voicexProblems(message));
    if (type === 'transcript' && payload.role === 'user') quiet = false; // what it says may stop an answer that was not heard yet
    if (type === 'audioEnd') {
      if (pending === 0) say('the end of nothing', message);
      pending = 0;
    }
    if (type === 'audioStop') {
      if (quiet) say('nothing is left to be stopped', message);
      quiet = true;
      pending = 0;
    }
  });
  return problems;
}
