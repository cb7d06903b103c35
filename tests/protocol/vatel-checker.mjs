// SPDX-License-Identifier: LGPL-2.1-or-later
// Everything that a strict client of Vatel's can find wrong with what it is
// sent: the shape of each message, and what a schema cannot say about many.
import fs from 'node:fs';
import path from 'node:path';

const file = path.join(process.env.VOWEL_SRCDIR ?? '.', 'tests/protocol/vatel.schema.json');

async function load() {
  const { default: Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(JSON.parse(fs.readFileSync(file)));
  return (definition) => ajv.getSchema(`urn:vowel-gst:vatel#/$defs/${definition}`);
}

const getSchema = await load().catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
});

/** What is wrong with one value of a named definition; an empty list when nothing is. */
export function vatelProblems(value, definition = 'server') {
  const validate = getSchema?.(definition);
  if (!validate || validate(value)) return [];
  // Of the alternatives of a message only its own says what is wrong.
  const own = getSchema(value?.type ?? '');
  if (definition === 'server' && own && !own(value)) return own.errors.map((error) => `${value.type}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
  return validate.errors.map((error) => `${definition}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
}

/**
 * What is wrong with all messages of one connection, in their order.
 * @param joined it came to a session that was under way
 */
export function checkVatel(messages, { joined = false, over = false } = {}) {
  const problems = messages.flatMap((message) => vatelProblems(message));
  const say = (text, message) => problems.push(`${text}: ${JSON.stringify(message).slice(0, 200)}`);
  const turns = new Map();        // id -> { text, textDone, audioDone, interrupted, audio }
  const utterances = new Map();   // id -> final?
  const calls = new Set();
  let speaking = joined ? undefined : false;
  let last = null;                // the turn whose audio came last

  const turnOf = (id) => {
    if (!turns.has(id)) turns.set(id, { text: '', textDone: false, audioDone: false, interrupted: false, audio: 0 });
    return turns.get(id);
  };
  messages.forEach((message, index) => {
    const { type, data } = message;
    if ((type === 'session_started') !== (index === 0)) say('session_started must be the first message, once', message);
    if (messages[index - 1]?.type === 'session_ended') say('a message after session_ended', message);
    if (JSON.stringify(message).length > 65536) say('a message of more than 64 KiB', message);
    switch (type) {
      case 'speech_started':
        if (speaking) say('speech starts twice', message);
        speaking = true;
        break;
      case 'speech_stopped':
        if (speaking === false) say('speech stops twice', message);
        speaking = false;
        break;
      case 'input_audio_transcript':
        if (utterances.get(data.turn_id)) say('a transcript after its final one', message);
        utterances.set(data.turn_id, data.is_final);
        break;
      case 'response_text': {
        const turn = turnOf(data.turn_id);
        if (turn.textDone) say('a text after its final one', message);
        if (!data.is_final && !data.text.startsWith(turn.text)) say('an interim text takes back', message);
        if (data.is_final && turn.audioDone) say('the final text comes after the last audio', message);
        turn.text = data.text;
        turn.textDone = data.is_final;
        break;
      }
      case 'response_audio': {
        const turn = turnOf(data.turn_id);
        if (turn.audioDone) say('audio after the last of its turn', message);
        if (turn.interrupted) say('audio of a turn that was interrupted', message);
        if (Buffer.from(data.audio, 'base64').length % 2) say('half a sample', message);
        turn.audio += Buffer.from(data.audio, 'base64').length;
        turn.audioDone = data.is_final;
        last = turn;
        break;
      }
      case 'interruption':
        if (!last) say('nothing was said that could be interrupted', message);
        else if (last.interrupted) say('a turn is interrupted twice', message);
        else last.interrupted = true;
        break;
      case 'tool_call':
        if (calls.has(data.toolCallId)) say('a call comes twice', message);
        calls.add(data.toolCallId);
        break;
    }
  });
  if (over && messages.at(-1)?.type !== 'session_ended') say('the end is not told', messages.at(-1));
  return problems;
}
