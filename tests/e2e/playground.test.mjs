// The console's Test Lab in a real browser, with a recorded question as microphone.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launchChromium, skip } from '../lib/chromium.mjs';
import { startDaemon } from '../lib/daemon.mjs';
import { silence, speak, writeWav } from '../lib/speech.mjs';

const KEY = 'playground-test-key';
let daemon;
let browser;
let folder;

function recordQuestion(file) {
  writeWav(file, Buffer.concat([silence(1500), speak('What is seven times eight?'), silence(4000)]), { fileRate: 48000 });
}

async function openPage(origin) {
  const page = await browser.newPage();
  page.errors = [];
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http') && host !== new URL(origin).host) page.errors.push(`fetches ${request.url()}`);
  });
  page.on('pageerror', (error) => page.errors.push(error.message));
  page.on('console', (message) => { if (message.type() === 'error') page.errors.push(message.text()); });
  await page.goto(`${origin}/#/test-lab`);
  return page;
}

before(async () => {
  if (skip) return;
  folder = mkdtempSync(path.join(tmpdir(), 'vowel-playground-'));
  const question = path.join(folder, 'question.wav');
  recordQuestion(question);
  daemon = await startDaemon();
  browser = await launchChromium(['--autoplay-policy=no-user-gesture-required', '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${question}%noloop`]);
});

after(async () => {
  await browser?.close();
  if (daemon) assert.equal(await daemon.stop(), 0, daemon.log);
  if (folder) rmSync(folder, { recursive: true });
});

test('a spoken question is heard, answered and timed', { skip, timeout: 60000 }, async () => {
  const page = await openPage(daemon.origin);
  await page.getByRole('button', { name: 'Start talking' }).click();
  await page.waitForFunction(() => document.getElementById('level').value > 0.2);
  await page.locator('#transcript li.user', { hasText: /seven times eight/i }).waitFor();
  await page.locator('#transcript li.assistant', { hasText: /fifty[ -]six/i }).waitFor();
  await page.locator('#timeline [data-step="done"]', { hasText: /\d/ }).first().waitFor();
  for (const step of ['transcript', 'token', 'audio', 'done']) {
    assert.match(await page.locator(`#timeline tr:last-child [data-step="${step}"]`).textContent(), /^\d+$/, step);
  }
  assert.equal(await page.locator('#microphone').getAttribute('aria-pressed'), 'true');
  await page.getByRole('button', { name: 'Stop talking' }).click();
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('a typed message is answered, a tool runs in the page', { skip, timeout: 60000 }, async () => {
  const page = await openPage(daemon.origin);
  await page.getByLabel('Message').fill('What is the weather in London?');
  await page.keyboard.press('Enter');
  await page.locator('#transcript li.tool', { hasText: /get_weather.*london/i }).waitFor();
  await page.locator('#transcript li.assistant', { hasText: /sunny/i }).waitFor();
  // The call's own response is not the end of the turn.
  await page.locator('#timeline [data-step="done"]', { hasText: /\d/ }).waitFor();
  const [token, audio, done] = await Promise.all(['token', 'audio', 'done'].map(
    async (step) => Number(await page.locator(`#timeline [data-step="${step}"]`).textContent())));
  assert.ok(token <= audio && audio <= done, `${token} ${audio} ${done}`);

  // A long answer stays in view as it grows, and another message ends it.
  await page.locator('#transcript').evaluate((list) => { list.style.maxHeight = '8rem'; });
  await page.getByLabel('Message').fill('Tell me a story');
  await page.keyboard.press('Enter');
  await page.locator('#timeline tr:first-child [data-step="audio"]', { hasText: /\d/ }).waitFor();
  await page.waitForFunction(() => {
    const list = document.getElementById('transcript');
    return list.scrollHeight > list.clientHeight;
  });
  assert.ok(await page.locator('#transcript').evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight < 2),
    'the end of the transcript is out of view');
  await page.getByLabel('Message').fill('Hello');
  await page.keyboard.press('Enter');
  await page.locator('#transcript li.assistant.cut', { hasText: /once upon/i }).waitFor();
  await page.locator('#transcript li.assistant:last-child', { hasText: /hello/i }).waitFor();
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('a server with a key asks for it and mints a token', { skip, timeout: 60000 }, async () => {
  const guarded = await startDaemon({ env: { API_KEY: KEY, JWT_SECRET: 'a secret of thirty-two characters or more' } });
  const page = await openPage(guarded.origin);
  await page.getByLabel('Message').fill('Hello');
  await page.keyboard.press('Enter');
  await page.getByLabel('API key').fill(KEY);
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.locator('#transcript li.assistant').first().waitFor();
  assert.ok(!guarded.log.includes(KEY), 'the key must not be logged');
  await page.close();
  assert.equal(await guarded.stop(), 0, guarded.log);
});
