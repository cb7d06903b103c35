// SPDX-License-Identifier: LGPL-2.1-or-later
// What Twilio would find wrong with what a stream is sent: the shape of each
// message, and the order of all.
import fs from 'node:fs';
import path from 'node:path';

const file = path.join(process.env.VOWEL_SRCDIR ?? '.', 'tests/protocol/twilio.schema.json');

async function load() {
  const { default: Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(JSON.parse(fs.readFileSync(file)));
  return ajv.getSchema('urn:vowel-gst:twilio#/$defs/server');
}

const validate = await load().catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
});

/** What is wrong with one message; an empty list when nothing is. */
export function twilioProblems(message) {
  if (!validate || validate(message)) return [];
  return validate.errors.filter(({ keyword }) => keyword !== 'if').map((error) => `${message?.event}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
}

/** What is wrong with all that the stream `streamSid` was sent, in its order. */
export function checkTwilio(messages, streamSid) {
  const problems = messages.flatMap(twilioProblems);
  const say = (text, message) => problems.push(`${text}: ${JSON.stringify(message).slice(0, 200)}`);
  const names = new Set();
  let last = { turn: 0, sentence: 0 };
  let isMarked = true; // no audio since the last mark or clear
  let isEmpty = true;  // nothing at all since the last clear
  for (const message of messages) {
    if (message.streamSid !== streamSid) say('another stream', message);
    switch (message.event) {
      case 'media':
        isMarked = isEmpty = false;
        break;
      case 'mark': {
        if (isMarked) say('a mark behind nothing', message);
        if (names.has(message.mark.name)) say('a mark twice', message);
        names.add(message.mark.name);
        const [turn, sentence] = message.mark.name.slice(1).split('-s').map(Number);
        const isNext = turn === last.turn ? sentence === last.sentence + 1 : turn > last.turn && sentence === 1;
        if (!isNext) say(`a mark after t${last.turn}-s${last.sentence}`, message);
        last = { turn, sentence };
        isMarked = true;
        break;
      }
      case 'clear':
        if (isEmpty) say('nothing was said that could be cleared', message);
        isMarked = isEmpty = true;
        break;
    }
  }
  return problems;
}
