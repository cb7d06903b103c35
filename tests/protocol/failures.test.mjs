// SPDX-License-Identifier: LGPL-2.1-or-later
// Engines that fail while a session runs: the client is told in the API's own
// words, the session lives on, and other sessions notice nothing.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { append, silence } from '../lib/speech.mjs';
import { assertValid } from './valid.mjs';

const recipe = readFileSync(path.join(process.env.VOWEL_SRCDIR, 'tests/protocol/endless-answer.launch'), 'utf8');
let folder;

before(() => { folder = mkdtempSync(path.join(tmpdir(), 'vowel-failures-')); });
after(() => rmSync(folder, { recursive: true }));

/** A daemon whose stages have these settings. */
async function daemonWith(t, { stt = '', llm = '', tts = '', input = '' }) {
  const file = path.join(folder, `${t.name.replace(/\W+/g, '-')}.launch`);
  writeFileSync(file, recipe
    .replace('name=stt provider=fake', `name=stt provider=fake ${stt}`)
    .replace('name=llm provider=fake provider::mode=never', `name=llm provider=fake ${llm}`)
    .replace('name=tts provider=fake', `name=tts provider=fake ${tts}`)
    .replace('! identity name=in-codec silent=true', `! identity name=in-codec silent=true ${input}`));
  const daemon = await startDaemon({ env: fakeEngines, args: ['--recipe', file] });
  t.after(async () => assert.equal(await daemon.stop(), 0, daemon.log));
  return daemon;
}

const pushToTalk = {
  ga: { type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null, transcription: { model: 'x' } } } } },
  beta: { type: 'session.update', session: { turn_detection: null, input_audio_transcription: { model: 'x' } } },
};

async function ask(connection) {
  connection.send(userText('Hello'));
  connection.send({ type: 'response.create' });
  return (await connection.next('response.done')).response;
}

for (const dialect of ['ga', 'beta']) {
  test(`a model that fails once is asked again (${dialect})`, async (t) => {
    const daemon = await daemonWith(t, { llm: 'provider::mode=fail provider::failures=1' });
    const connection = await RealtimeConnection.open(daemon.url, { dialect });
    assert.equal((await ask(connection)).status, 'completed');
    await connection.close();
    assertValid(connection.events, dialect);
  });

  test(`a model that fails for good fails the response (${dialect})`, async (t) => {
    const daemon = await daemonWith(t, { llm: 'provider::mode=fail' });
    const connection = await RealtimeConnection.open(daemon.url, { dialect });
    for (let i = 0; i < 2; i++) {
      const response = await ask(connection);
      assert.equal(response.status, 'failed');
      assert.equal(response.status_details.type, 'failed');
      assert.ok(response.status_details.error.code);
    }
    await connection.close();
    assertValid(connection.events, dialect);
  });

  test(`a voice that fails for good ends the response (${dialect})`, async (t) => {
    const daemon = await daemonWith(t, { tts: 'provider::mode=fail' });
    const connection = await RealtimeConnection.open(daemon.url, { dialect });
    for (let i = 0; i < 2; i++) assert.equal((await ask(connection)).status, 'failed');
    await connection.close();
    assertValid(connection.events, dialect);
  });

  test(`a recogniser that fails for good fails the transcript (${dialect})`, async (t) => {
    const daemon = await daemonWith(t, { stt: 'provider::mode=fail' });
    const connection = await RealtimeConnection.open(daemon.url, { dialect });
    connection.send(pushToTalk[dialect]);
    for (let i = 0; i < 2; i++) {
      connection.send(append(silence(300)));
      connection.send({ type: 'input_audio_buffer.commit' });
      connection.send({ type: 'response.create' });
      const failed = await connection.next('conversation.item.input_audio_transcription.failed');
      assert.ok(failed.error.message);
      await connection.next('response.done');
    }
    await connection.close();
    assertValid(connection.events, dialect);
  });

  test(`a pipeline that breaks ends its session and no other (${dialect})`, async (t) => {
    const daemon = await daemonWith(t, { input: 'error-after=3' });
    const [broken, other] = await Promise.all([0, 1].map(() => RealtimeConnection.open(daemon.url, { dialect })));
    for (let i = 0; i < 5; i++) broken.send(append(silence(100)));
    const { code } = await broken.closed;
    assert.equal(code, 1011);
    assert.equal(broken.events.at(-1).type, 'error');
    assert.match(broken.events.at(-1).error.message, /in-codec/);
    assertValid(broken.events, dialect);
    assert.equal((await ask(other)).status, 'completed');
    await other.close();
  });
}
