// SPDX-License-Identifier: LGPL-2.1-or-later
// What a client may set of the sound itself, against the daemon: the formats of
// both directions, noise reduction, the voice; and audio that is none.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { append } from '../lib/speech.mjs';
import { assertValid } from './valid.mjs';

// The recogniser tells how loud it was, the voice speaks as loud as it is told.
const recipe = readFileSync(path.join(process.env.VOWEL_SRCDIR, 'pipelines/session.launch'), 'utf8')
  .replace('provider="${STT:-auto}"', 'provider=fake provider::level=true')
  .replace('provider="${LLM:-auto}"', 'provider=fake provider::reply="I heard %s."')
  .replace('provider="${TTS:-auto}"', 'provider=fake provider::level=true provider::ms-per-character=20');

let folder;
let daemon;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'vowel-formats-'));
  writeFileSync(path.join(folder, 'loudness.launch'), recipe);
  daemon = await startDaemon({ env: fakeEngines, args: ['--recipe', path.join(folder, 'loudness.launch')] });
});

after(async () => {
  assert.equal(await daemon.stop(), 0, daemon.log);
  rmSync(folder, { recursive: true });
});

const GA = { pcm16: { type: 'audio/pcm', rate: 24000 }, g711_ulaw: { type: 'audio/pcmu' }, g711_alaw: { type: 'audio/pcma' } };

/** Push to talk, with these of the session's fields in beta's names. */
function update(dialect, { input = 'pcm16', output = 'pcm16', noise, voice } = {}) {
  if (dialect === 'beta')
    return {
      type: 'session.update',
      session: {
        turn_detection: null, input_audio_format: input, output_audio_format: output,
        ...(noise !== undefined && { input_audio_noise_reduction: noise && { type: noise } }), ...(voice && { voice }),
      },
    };
  return {
    type: 'session.update',
    session: {
      type: 'realtime',
      audio: {
        input: { turn_detection: null, format: GA[input], ...(noise !== undefined && { noise_reduction: noise && { type: noise } }) },
        output: { format: GA[output], ...(voice && { voice }) },
      },
    },
  };
}

async function open(dialect, settings) {
  const connection = await RealtimeConnection.open(daemon.url, { dialect });
  connection.send(update(dialect, settings));
  connection.session = (await connection.next('session.updated')).session;
  return connection;
}

async function close(connection, dialect) {
  await connection.close();
  assertValid(connection.events, dialect);
}

/** `ms` of a square wave of the amplitude `level`, at 400 Hz. */
function tone(format, ms, level) {
  if (format === 'pcm16') {
    const audio = Buffer.alloc(ms * 48);
    for (let i = 0; i < audio.length / 2; i++) audio.writeInt16LE(Math.floor(i / 30) % 2 ? level : -level, i * 2);
    return audio;
  }
  const [up, down] = codes(format, level);
  return Buffer.from(Array.from({ length: ms * 8 }, (_, i) => (Math.floor(i / 10) % 2 ? up : down)));
}

/** G.711's codes of +level and -level. */
function codes(format, level) {
  const magnitude = Math.min(level, 32000) + (format === 'g711_ulaw' ? 132 : 0);
  const exponent = Math.max(Math.floor(Math.log2(magnitude)) - 7, 0);
  if (format === 'g711_ulaw') {
    const code = ~((exponent << 4) | ((magnitude >> (exponent + 3)) & 15)) & 0xff;
    return [code, code & 0x7f];
  }
  const code = (exponent << 4) | ((magnitude >> (exponent + 3)) & 15);
  return [(code | 0x80) ^ 0x55, code ^ 0x55];
}

/** Says it, and what the answer is: { heard, audio } */
async function ask(connection, pieces) {
  for (const piece of pieces) connection.send(typeof piece === 'string' ? { type: 'input_audio_buffer.append', audio: piece } : append(piece));
  connection.send({ type: 'input_audio_buffer.commit' });
  connection.send({ type: 'response.create' });
  const { transcript } = await connection.next('conversation.item.input_audio_transcription.completed');
  const { response } = await connection.next('response.done');
  assert.equal(response.status, 'completed');
  return {
    heard: Number(/^level (\d+)$/.exec(transcript)?.[1] ?? 0),
    said: response.output[0].content[0].transcript,
    audio: Buffer.concat(connection.events
      .filter(({ type, response_id: id }) => /audio\.delta$/.test(type) && id === response.id)
      .map(({ delta }) => Buffer.from(delta, 'base64'))),
  };
}

for (const dialect of ['ga', 'beta']) {
  for (const input of ['pcm16', 'g711_ulaw', 'g711_alaw'])
    for (const output of ['pcm16', 'g711_ulaw', 'g711_alaw'])
      test(`${input} in, ${output} out (${dialect})`, async () => {
        const connection = await open(dialect, { input, output });
        if (dialect === 'ga') {
          assert.deepEqual(connection.session.audio.input.format, GA[input]);
          assert.deepEqual(connection.session.audio.output.format, GA[output]);
        } else {
          assert.equal(connection.session.input_audio_format, input);
          assert.equal(connection.session.output_audio_format, output);
        }
        const { heard, said, audio } = await ask(connection, [tone(input, 400, 4000)]);
        // Resamplers overshoot at the edges of a square wave.
        assert.ok(heard >= 4 && heard <= 6, `heard ${heard}`);
        const perMs = output === 'pcm16' ? 48 : 8;
        const ms = said.length * 20;
        assert.ok(Math.abs(audio.length / perMs - ms) <= 10, `${audio.length} bytes are not ${ms} ms`);
        // The answer's level, in the middle of it.
        const middle = audio.subarray(Math.floor(audio.length / 4) * 2);
        if (output === 'pcm16') assert.ok(Math.abs(middle.readInt16LE(0) - heard * 1000) < 100, middle.readInt16LE(0));
        else assert.ok(Math.abs(middle[0] - codes(output, heard * 1000)[0]) <= 1, middle[0]);
        await close(connection, dialect);
      });

  test(`a format that changes between turns (${dialect})`, async () => {
    const connection = await open(dialect);
    for (const input of ['pcm16', 'g711_ulaw', 'pcm16', 'g711_alaw']) {
      connection.send(update(dialect, { input, output: input }));
      const { heard } = await ask(connection, [tone(input, 400, 6000)]);
      assert.ok(heard >= 6 && heard <= 8, `heard ${heard} of ${input}`);
    }
    await close(connection, dialect);
  });

  test(`samples that are cut in two (${dialect})`, async () => {
    const connection = await open(dialect);
    const audio = tone('pcm16', 400, 5000);
    const pieces = [];
    for (let at = 0, size = 1; at < audio.length; at += size, size = (size * 7 + 3) % 101 + 1) pieces.push(audio.subarray(at, at + size));
    assert.ok(pieces.some((piece) => piece.length % 2 !== 0));
    const { heard } = await ask(connection, pieces);
    assert.ok(heard >= 5 && heard <= 7, `heard ${heard}`);

    // What is left over when a turn ends belongs to no other turn.
    connection.send(append(Buffer.alloc(4801)));
    connection.send({ type: 'input_audio_buffer.clear' });
    await connection.next('input_audio_buffer.cleared');
    const again = await ask(connection, [tone('pcm16', 400, 5000)]);
    assert.equal(again.heard, heard);
    await close(connection, dialect);
  });

  test(`audio that is none loses nothing else (${dialect})`, async () => {
    const connection = await open(dialect);
    const audio = tone('pcm16', 400, 5000);
    const wrong = ['', '=', 'AAA', 'not base64!', 'AA=A', 17, null, undefined, ['AAAA']];
    connection.send(append(audio.subarray(0, 9001)));
    for (const [i, value] of wrong.entries()) {
      connection.send({ type: 'input_audio_buffer.append', event_id: `wrong_${i}`, audio: value });
      const { error } = await connection.next('error');
      assert.equal(error.type, 'invalid_request_error');
      assert.equal(error.param, 'audio', String(value));
      assert.equal(error.event_id, `wrong_${i}`);
      assert.equal(error.code, i < 5 ? 'invalid_value' : i === 5 || i === 8 ? 'invalid_type' : 'missing_required_parameter', String(value));
    }
    const { heard } = await ask(connection, [audio.subarray(9001)]);
    assert.ok(heard >= 5 && heard <= 7, `heard ${heard}`);
    assert.equal(connection.count('error'), wrong.length);
    await close(connection, dialect);
  });

  for (const noise of ['near_field', 'far_field'])
    test(`noise reduction: ${noise} (${dialect})`, async () => {
      const connection = await open(dialect);
      const hiss = Buffer.alloc(1000 * 48);
      for (let i = 0; i < hiss.length / 2; i++) hiss.writeInt16LE(Math.round((Math.random() - 0.5) * 16000), i * 2);
      const measure = async () => {
        for (let i = 0; i < 4; i++) connection.send(append(hiss));
        connection.send({ type: 'input_audio_buffer.clear' });
        return (await ask(connection, [hiss])).heard;
      };
      const before = await measure();
      connection.send(update(dialect, { noise }));
      const { session } = await connection.next('session.updated');
      assert.deepEqual(dialect === 'ga' ? session.audio.input.noise_reduction : session.input_audio_noise_reduction, { type: noise });
      const during = await measure();
      assert.ok(during * 2 < before, `${during} of ${before}`);
      connection.send(update(dialect, { noise: null }));
      assert.equal(await measure(), before);
      await close(connection, dialect);
    });

  test(`the voice that speaks has a name (${dialect})`, async () => {
    const connection = await open(dialect);
    const name = (session) => (dialect === 'ga' ? session.audio.output.voice : session.voice);
    assert.equal(name(connection.session), 'fake');
    const loudness = async (voice) => {
      const other = await open(dialect, { voice });
      assert.equal(name(other.session), voice);
      other.send(userText('level 8'));
      other.send({ type: 'response.create' });
      const { response } = await other.next('response.done');
      assert.equal(dialect === 'ga' ? response.audio.output.voice : response.voice, voice);
      const audio = Buffer.concat(other.events.filter(({ type }) => /audio\.delta$/.test(type)).map(({ delta }) => Buffer.from(delta, 'base64')));
      await close(other, dialect);
      return audio.readInt16LE(Math.floor(audio.length / 4) * 2);
    };
    assert.ok(Math.abs(await loudness('quiet') - 4000) < 100);
    // A name that only another vendor knows is the default voice's.
    assert.ok(Math.abs(await loudness('marin') - 8000) < 100);
    await close(connection, dialect);
  });
}

test('a minted session names the voice that will speak', async () => {
  const answer = await fetch(`${daemon.origin}/v1/realtime/sessions`, { method: 'POST', body: '{}' });
  assert.equal((await answer.json()).voice, 'fake');
});

test('a configured voice speaks, also for clients that ask for one that nobody knows', async (t) => {
  const other = await startDaemon({ env: { ...fakeEngines, DEFAULT_VOICE: 'quiet' }, args: ['--recipe', path.join(folder, 'loudness.launch')] });
  t.after(async () => assert.equal(await other.stop(), 0, other.log));
  const connection = await RealtimeConnection.open(other.url, { dialect: 'ga' });
  assert.equal(connection.events[0].session.audio.output.voice, 'quiet');
  connection.send(update('ga', { voice: 'marin' }));
  connection.send(userText('level 8'));
  connection.send({ type: 'response.create' });
  await connection.next('response.done');
  const audio = Buffer.concat(connection.events.filter(({ type }) => /audio\.delta$/.test(type)).map(({ delta }) => Buffer.from(delta, 'base64')));
  assert.ok(Math.abs(audio.readInt16LE(Math.floor(audio.length / 4) * 2) - 4000) < 100);
  await close(connection, 'ga');
});
