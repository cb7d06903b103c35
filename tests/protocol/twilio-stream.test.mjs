// SPDX-License-Identifier: LGPL-2.1-or-later
// What Twilio's face does with what Twilio and the session tell it.
import assert from 'node:assert/strict';
import { END, FINISH } from './driver.mjs';
import { hear, scenario } from './twilio-scenario.mjs';

const TEXT = 'One two three. Four five six.';

/** Two sentences of half a second, sent at once. */
async function answer(driver, generation = 1) {
  await driver.engine('text', generation, TEXT);
  await driver.engine('generated', generation, FINISH.stop);
  await driver.engine('sentence', generation, 500, 0, 14);
  await driver.engine('sentence', generation, 500, 15, TEXT.length);
  await driver.engine('audio_ended', generation);
}

const sum = (told) => told.filter((entry) => typeof entry === 'number').reduce((a, b) => a + b, 0);

scenario('a mark stands behind each sentence', async ({ driver, caller }) => {
  await hear(driver, caller, 1, 'Count.');
  assert.deepEqual(caller.told(), []);
  await answer(driver);
  const told = caller.told();
  assert.deepEqual(told.filter((entry) => typeof entry === 'string'), ['t1-s1', 't1-s2']);
  assert.equal(sum(told), 1000);
  assert.equal(sum(told.slice(0, told.indexOf('t1-s1'))), 500);
  await caller.mark('t1-s1');
  await caller.mark('t1-s2');
  await driver.advance(1500);
  await hear(driver, caller, 2, 'Again.');
  assert.deepEqual(caller.told(), [], 'all was heard: there is nothing to clear');
  assert.match(await driver.asked(), /Four five six\./);
  await answer(driver, 2);
  assert.ok(caller.told().includes('t2-s1'));
});

scenario('speech empties what waits to be played, at once', async ({ driver, caller, backend }) => {
  await hear(driver, caller, 1, 'Count.');
  await answer(driver);
  caller.told();
  await driver.advance(500);
  await caller.mark('t1-s1');
  await driver.engine('speech_started', 2, 1500);
  assert.deepEqual(caller.told(), ['clear']);
  // What comes back because of that says nothing.
  await caller.mark('t1-s2');
  await driver.engine('speech_stopped', 2, 2500);
  await driver.engine('final', 2, 'Stop.');
  const asked = await driver.asked();
  assert.match(asked, /One two three/);
  assert.doesNotMatch(asked, /Four/);
  assert.equal(backend.events.filter(({ type }) => type === 'error').length, 0);
});

scenario('a mark that comes late says that the caller is behind', async ({ driver, caller }) => {
  await hear(driver, caller, 1, 'Count.');
  await answer(driver);
  await driver.advance(950);
  await caller.mark('t1-s1');
  await driver.engine('speech_started', 2, 1500);
  await driver.engine('speech_stopped', 2, 2500);
  await driver.engine('final', 2, 'Stop.');
  const asked = await driver.asked();
  assert.match(asked, /One two three/);
  assert.doesNotMatch(asked, /Four/);
});

scenario('marks that never come back, come twice, or were never set mislead nobody', async ({ driver, caller }) => {
  await hear(driver, caller, 1, 'Count.');
  await answer(driver);
  caller.told();
  await driver.advance(1500);
  await hear(driver, caller, 2, 'Again.');
  assert.match(await driver.asked(), /One two three\. Four five six\./, 'who returns no marks has heard what there was time for');
  await answer(driver, 2);
  await driver.advance(600);
  for (const name of ['t2-s1', 't2-s1', 't1-s1', 't1-s2', 't9-s9', 'x'.repeat(512)]) await caller.mark(name);
  await driver.engine('speech_started', 3, 1500);
  await driver.engine('speech_stopped', 3, 2500);
  await driver.engine('final', 3, 'Stop.');
  const asked = await driver.asked();
  assert.equal(asked.match(/One two three/g).length, 2);
  assert.equal(asked.match(/Four five six/g).length, 1, 'the second answer was cut where its mark stood');
});

scenario('speech is sent a little ahead of the ear', async ({ driver, caller }) => {
  await hear(driver, caller, 1, 'Count.');
  await driver.engine('text', 1, TEXT);
  await driver.engine('generated', 1, FINISH.stop);
  await driver.engine('sentence', 1, 4000, 0, 14);
  await driver.engine('sentence', 1, 4000, 15, TEXT.length);
  await driver.engine('audio_ended', 1);
  let sent = sum(caller.told());
  for (let heard = 0; sent < 8000; heard += 100) {
    assert.ok(sent - heard <= 800, `${sent} ms were sent, ${heard} heard`);
    assert.ok(heard <= sent, 'the caller waits');
    await driver.advance(100);
    sent += sum(caller.told());
  }
}, { lead: 800 });

scenario('a session of other audio is heard, and hears', async ({ driver, caller, backend }) => {
  const before = await driver.heard();
  await hear(driver, caller, 1, 'Count.');
  const heard = (await driver.heard()) - before;
  assert.ok(Math.abs(heard - 48000) < 2000, `${heard} bytes of a second`);
  await answer(driver);
  const told = caller.told();
  assert.ok(Math.abs(sum(told) - 1000) < 5, `${sum(told)} ms of a second`);
  assert.deepEqual(told.filter((entry) => typeof entry === 'string'), ['t1-s1', 't1-s2']);
  assert.ok(Math.abs(sum(told.slice(0, told.indexOf('t1-s1'))) - 500) < 5, 'a sentence ends in its mark');
  await driver.engine('speech_started', 2, 1500);
  assert.deepEqual(caller.told(), ['clear']);
  assert.ok(backend.last('session.created'));
}, { wide: true });

scenario('who truncates or cancels what is played is understood', async ({ driver, caller, backend }) => {
  await hear(driver, caller, 1, 'Count.');
  await driver.engine('text', 1, TEXT);
  await driver.engine('sentence', 1, 500, 0, 14);
  const { item } = backend.last('response.output_item.added');
  caller.told();
  await backend.send({ type: 'response.cancel' });
  assert.deepEqual(caller.told(), ['clear']);
  await hear(driver, caller, 2, 'Again.');
  await answer(driver, 2);
  caller.told();
  await backend.send({ type: 'conversation.item.truncate', item_id: backend.last('response.output_item.added').item.id, content_index: 0, audio_end_ms: 100 });
  assert.deepEqual(caller.told(), ['clear']);
  assert.notEqual(backend.last('response.output_item.added').item.id, item.id);
});

scenario('what got lost on its way is silence', async ({ driver, caller }) => {
  const before = await driver.heard();
  await caller.media(20, 5);
  await caller.media(20, 25);
  await caller.media(20, 105);
  assert.equal((await driver.heard()) - before, 120 * 8);
});

scenario('keys are told to a model that expects them', async ({ driver, caller }) => {
  await hear(driver, caller, 1, 'Hello?');
  await driver.engine('text', 1, TEXT);
  await driver.engine('sentence', 1, 500, 0, 14);
  caller.told();
  await caller.press('4');
  assert.deepEqual(caller.told(), ['clear'], 'who presses keys does not hear on');
  await caller.press('2#');
  await driver.advance(200);
  assert.match(await driver.asked(), /The caller pressed 42# on the keypad/);
  await answer(driver, 2);
  assert.ok(caller.told().includes('t2-s1'));
  await caller.press('7');
  await driver.advance(1900);
  assert.doesNotMatch(await driver.asked(), /pressed 7/);
  await driver.advance(300);
  assert.match(await driver.asked(), /The caller pressed 7 on the keypad/);
}, { hears_keys: true });

scenario('keys are part of the conversation, but not of what another model is given', async ({ driver, caller, backend }) => {
  await caller.press('1#');
  await driver.advance(5000);
  const { item } = backend.last('conversation.item.added');
  assert.equal(item.content[0].text, '(The caller pressed 1# on the keypad.)');
  await hear(driver, caller, 1, 'Hello?');
  assert.doesNotMatch(await driver.asked(), /pressed/);
  assert.match(await driver.asked(), /Hello/);
});

scenario('nothing is said or heard before the start, and there is one', async ({ driver, caller, backend }) => {
  const before = await driver.heard();
  await caller.send({ event: 'connected', protocol: 'Call', version: '1.0.0' });
  await caller.media(100);
  await caller.press('1');
  await caller.mark('t1-s1');
  assert.equal(await driver.heard(), before);
  await backend.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Say something' }] } });
  await backend.send({ type: 'response.create' });
  await driver.engine('text', 1, TEXT);
  await driver.engine('sentence', 1, 500, 0, 14);
  assert.deepEqual(caller.told(), []);
  await caller.start();
  await caller.start('MZ02');
  await driver.engine('sentence', 1, 500, 15, TEXT.length);
  assert.deepEqual(caller.told().filter((entry) => typeof entry === 'string'), ['t1-s1']);
}, { begun: false });

scenario('stop ends the call, once', async ({ driver, caller, backend }) => {
  await caller.stop();
  assert.deepEqual(caller.close, { code: 1000, reason: '' });
  assert.equal(backend.close?.code, 1000, 'the last caller has gone');
  await caller.stop();
  await caller.media(20);
  await caller.closed(1000);
  await driver.advance(1000);
});

scenario('a connection that breaks ends it, too', async ({ caller, backend }) => {
  await caller.closed(1006);
  assert.equal(caller.close, null);
  assert.equal(backend.close?.code, 1000);
});

for (const [reason, code] of [['expired', 1000], ['idle', 1000], ['shutdown', 1001], ['failed', 1011]])
  scenario(`the server hangs up: ${reason}`, async ({ driver, caller, backend }) => {
    await hear(driver, caller, 1, 'Count.');
    await driver.engine('text', 1, TEXT);
    await driver.engine('audio', 1, 300, 0, 10);
    await driver.run({ end: END[reason] });
    assert.equal(caller.close.code, code);
    await caller.media(20);
    await caller.closed(code);
    assert.ok(backend.close);
  });

scenario('nonsense is skipped, twenty times in a row', async ({ driver, caller }) => {
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 19; i++) await caller.raw('{"event":"dtmf","dtmf":{"digit":"x"}}');
    await caller.send({ event: 'news', streamSid: 'MZ01' });
  }
  assert.equal(caller.close, null);
  const before = await driver.heard();
  await caller.media(20);
  assert.equal((await driver.heard()) - before, 160);
  for (let i = 0; i < 20; i++) await caller.binary();
  assert.equal(caller.close.code, 1007);
});
