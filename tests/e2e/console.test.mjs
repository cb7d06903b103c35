// The console in a real browser, against a server with an admin key.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launchChromium, skip } from '../lib/chromium.mjs';
import { startDaemon } from '../lib/daemon.mjs';

const ADMIN = 'console-admin-key-canary';
const MARKUP = '<img src=x onerror="window.fooled = true">';
const options = { skip, timeout: 60000 };
let daemon;
let browser;
let folder;
let configuration;

async function api(method, route, body, key = ADMIN) {
  const response = await fetch(daemon.origin + route, {
    method, headers: { Authorization: `Bearer ${key}` }, body: body && JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

const makeApp = async (app) => (await api('POST', '/api/apps', app)).body;
const makeKey = async ({ id }) => (await api('POST', `/api/apps/${id}/api-keys`, { label: 'made' })).body;

/** @param forgiven what the browser may complain about: [status, path] */
async function openPage({ origin = daemon.origin, forgiven = [], ...settings } = {}) {
  const page = await browser.newPage(settings);
  page.errors = [];
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http') && host !== new URL(origin).host) page.errors.push(`fetches ${request.url()}`);
    if (request.url().includes(ADMIN)) page.errors.push(`a key in ${request.url()}`);
  });
  page.on('pageerror', (error) => page.errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const { pathname } = new URL(message.location().url || origin);
    if (!forgiven.some(([status, expected]) => message.text().includes(`status of ${status} `) && pathname.startsWith(expected)))
      page.errors.push(`${message.text()} ${pathname}`);
  });
  page.visit = async (hash) => {
    await page.goto(`${origin}/#/${hash}`);
    await page.locator('main:not([aria-busy]) h1').waitFor();
  };
  return page;
}

/** A page of somebody who is signed in. */
async function openSignedIn(settings = {}) {
  const page = await openPage(settings);
  await page.addInitScript((key) => sessionStorage.setItem('vowel-admin-key', key), ADMIN);
  return page;
}

async function close(page) {
  assert.deepEqual(page.errors, []);
  assert.ok(!(await page.content()).includes(ADMIN), 'the admin key is in the page');
  await page.close();
}

const status = (page, text) => page.getByRole('status').filter({ hasText: text }).waitFor();
const alert = (page, text) => page.getByRole('alert').filter({ hasText: text }).waitFor();

before(async () => {
  if (skip) return;
  folder = mkdtempSync(path.join(tmpdir(), 'vowel-console-'));
  configuration = path.join(folder, 'runtime.yaml');
  daemon = await startDaemon({ env: {
    VOWEL_ADMIN_KEY: ADMIN, API_KEY: 'console-api-key', JWT_SECRET: 'a secret of thirty-two characters or more', RUNTIME_CONFIG_PATH: configuration } });
  browser = await launchChromium(['--autoplay-policy=no-user-gesture-required']);
});

after(async () => {
  await browser?.close();
  if (daemon) {
    assert.equal(await daemon.stop(), 0, daemon.log);
    assert.ok(!daemon.log.includes(ADMIN), 'the admin key is in the log');
  }
  if (folder) rmSync(folder, { recursive: true });
});

test('who manages signs in with the admin key, for this tab only', options, async () => {
  const page = await openPage({ forgiven: [[401, '/'], [403, '/api/apps']] });
  await page.visit('');
  await page.getByLabel('Admin key').fill('wrong');
  await page.keyboard.press('Enter');
  await alert(page, 'does not know this key');
  await page.getByLabel('Admin key').fill('console-api-key');
  await page.keyboard.press('Enter');
  await alert(page, 'needs the admin key');
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await page.getByLabel('Admin key').fill(ADMIN);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
  await page.getByRole('table', { name: 'Latencies by stage' }).getByText('First audio:').waitFor();
  await page.getByRole('table', { name: 'Services' }).getByRole('row', { name: /^deepgram Not set stt, tts DEEPGRAM_API_KEY/ }).waitFor();
  assert.deepEqual(await page.evaluate((key) => [Object.values(sessionStorage).includes(key), localStorage.length, document.cookie], ADMIN), [true, 0, '']);
  await page.reload();
  await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Admin key').waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await close(page);
});

test('without a key on this machine nobody signs in', options, async () => {
  const open = await startDaemon();
  const page = await openPage({ origin: open.origin });
  await page.visit('apps');
  await page.getByText('There is no app yet').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Sign out' }).count(), 0);
  assert.deepEqual(page.errors, []);
  await page.close();
  assert.equal(await open.stop(), 0, open.log);
});

test('agents are made, changed, talked to and deleted', options, async () => {
  const app = await makeApp({ name: 'Desk' });
  await makeKey(app);
  const page = await openSignedIn({ forgiven: [[400, '/api/apps']] });
  await page.visit(`agents?app=${app.id}`);
  await page.getByText('The app has no agent yet').waitFor();
  await page.getByRole('button', { name: 'Create agent' }).click();
  await page.getByLabel('Name').fill(MARKUP);
  await page.getByLabel('Prompt').fill('Be brief.');
  await page.getByLabel('First message').fill('Front desk, hello.');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: MARKUP }).waitFor();
  const [{ isDefault, ...agent }] = (await api('GET', `/api/apps/${app.id}/agents`)).body;
  assert.equal(isDefault, true);
  assert.equal(agent.prompt, 'Be brief.');

  await page.getByLabel('Name').fill('Ann');
  await page.getByLabel('Speed').fill('7');
  await page.getByLabel('Rules').fill('No.\nNever.');
  await page.getByLabel('What interrupts it').selectOption('low');
  await page.getByLabel('Tools as JSON').fill('[{"name": "get_time"}]');
  await page.getByRole('button', { name: 'Save agent' }).click();
  await alert(page, 'voice.speed: 7 is not between 0 and 2');
  await page.getByLabel('Speed').fill('1.2');
  await page.getByRole('button', { name: 'Save agent' }).click();
  await status(page, 'The agent is saved');
  await page.getByRole('heading', { name: 'Ann' }).waitFor();
  const changed = (await api('GET', `/api/apps/${app.id}/agents/${agent.id}`)).body;
  assert.deepEqual({ ...changed, versionId: null, updatedAt: 0 }, { ...agent, name: 'Ann', guardrails: ['No.', 'Never.'], versionId: null, updatedAt: 0,
    voice: { ...agent.voice, speed: 1.2 }, turns: { ...agent.turns, sensitivity: 'low' },
    tools: [{ name: 'get_time', description: null, parameters: [], webhook: null }] });

  await page.getByRole('link', { name: '← Agents' }).click();
  const card = page.getByRole('listitem', { name: 'Ann' });
  await card.getByText('Default').waitFor();
  await card.getByRole('link', { name: 'Talk to Ann' }).click();
  await page.getByRole('heading', { name: 'Test Lab' }).waitFor();
  assert.equal(await page.getByLabel('Agent').inputValue(), agent.id);
  await page.getByRole('button', { name: 'Start session' }).click();
  await page.getByText('Front desk, hello.').waitFor();
  await page.getByRole('button', { name: 'End session' }).click();

  await page.visit(`agents?app=${app.id}`);
  await page.getByRole('button', { name: 'Delete Ann' }).click();
  await page.getByRole('button', { name: 'Delete agent' }).click();
  await page.getByText('The app has no agent yet').waitFor();
  assert.deepEqual((await api('GET', `/api/apps/${app.id}/agents`)).body, []);
  // The call is under Calls as soon as it is over.
  let calls = [];
  while (calls.length === 0) calls = (await api('GET', `/api/calls?appId=${app.id}`)).body;
  await api('DELETE', `/api/calls/${calls[0].id}`);
  await api('DELETE', `/api/apps/${app.id}`);
  await close(page);
});

test('whoever signs up is let in, and shut out again', options, async () => {
  const person = { name: 'Ada', email: 'ada@example.org', password: 'correct horse', orgName: 'Analytics' };
  const signIn = async () => (await api('POST', '/api/auth/signin', person)).status;
  assert.equal((await api('POST', '/api/auth/signup', person)).status, 201);
  assert.equal(await signIn(), 403);
  const page = await openSignedIn();
  await page.visit('apps');
  const card = page.getByRole('listitem').filter({ hasText: 'signed up for by ada@example.org' });
  await card.getByText('Waiting').waitFor();
  await page.getByRole('button', { name: 'Let in Analytics' }).click();
  await status(page, 'ada@example.org may sign in');
  assert.equal(await card.getByText('Waiting').count(), 0);
  assert.equal(await signIn(), 200);
  await page.getByRole('button', { name: 'Shut out Analytics' }).click();
  await status(page, 'ada@example.org is shut out');
  await card.getByText('Waiting').waitFor();
  assert.equal(await signIn(), 403);
  const { body: organizations } = await api('GET', '/api/organizations');
  await api('DELETE', `/api/apps/${organizations.find(({ ownerEmail }) => ownerEmail === person.email).id}`);
  await close(page);
});

test('names are text, whatever is in them', options, async () => {
  const page = await openSignedIn();
  await page.visit('apps');
  await page.getByRole('button', { name: 'Create app' }).click();
  await page.getByLabel('Name').fill(MARKUP);
  await page.getByLabel('Description').fill(MARKUP);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: MARKUP }).waitFor();
  const { body: [app] } = await api('GET', '/api/apps');
  assert.equal(app.name, MARKUP);
  for (const place of [`apps/${app.id}/keys`, 'test-lab', 'calls', 'apps']) {
    await page.visit(place);
    assert.ok((await page.locator('main').textContent()).includes(MARKUP), place);
  }
  await page.getByRole('button', { name: `Delete ${MARKUP}` }).click();
  await page.getByRole('dialog').getByText(MARKUP).waitFor();
  assert.deepEqual(await page.evaluate(() => [document.images.length, window.fooled]), [0, undefined]);
  await page.getByRole('button', { name: 'Cancel' }).click();
  assert.equal((await api('GET', `/api/apps/${app.id}`)).status, 200);
  await page.getByRole('button', { name: `Delete ${MARKUP}` }).click();
  await page.getByRole('button', { name: 'Delete app' }).click();
  await status(page, 'deleted');
  assert.equal((await api('GET', `/api/apps/${app.id}`)).status, 404);
  // The browser itself lets nobody make markup of text.
  assert.match(await page.evaluate(() => {
    try {
      document.createElement('p').innerHTML = '<b>x</b>';
      return 'done';
    } catch (error) {
      return error.name;
    }
  }), /TypeError/);
  page.errors = page.errors.filter((text) => !/TrustedHTML/.test(text));
  await close(page);
});

test('a key is made with the keyboard alone, shown, copied, revoked and deleted', options, async () => {
  const app = await makeApp({ name: 'Keys' });
  const page = await openSignedIn();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await page.visit('apps');
  await page.getByRole('link', { name: 'Manage keys of Keys' }).click();
  const create = page.getByRole('button', { name: 'Create key' });
  await create.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Create key' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.labels?.[0]?.textContent), 'Label');
  await page.keyboard.type('Website');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await alert(page, 'at least one scope');
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  const key = await page.getByLabel('New key').inputValue();
  assert.match(key, /^vkey_[0-9a-f]{64}$/);
  assert.equal(await page.getByLabel('App id').inputValue(), app.id);
  assert.equal(await page.evaluate(() => document.activeElement.value), key);
  await page.getByRole('button', { name: 'Copy key' }).focus();
  await page.keyboard.press('Enter');
  await status(page, 'Key copied');
  assert.equal(await clipboard(), key);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const card = page.getByRole('listitem', { name: 'Website' });
  await card.getByText('Active').waitFor();
  assert.ok(await create.evaluate((button) => button === document.activeElement), 'the focus is lost');
  await card.getByText('mint_ephemeral, mint_trusted_session').waitFor();

  assert.ok(!(await page.content()).includes(key), 'the key is in the page before it is revealed');
  await card.getByRole('button', { name: 'Reveal' }).click();
  await card.getByText(key).waitFor();
  await card.getByRole('button', { name: 'Hide' }).click();
  await card.getByRole('button', { name: 'Reveal' }).waitFor();
  assert.ok(!(await page.content()).includes(key), 'the key is in the page after it was hidden');
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await card.getByRole('button', { name: 'Copy' }).click();
  await status(page, 'Key copied');
  assert.equal(await clipboard(), key);

  assert.equal((await api('POST', '/vowel/api/generateToken', {}, key)).status, 200);
  await card.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: 'Revoke key' }).click();
  await card.getByText('Revoked', { exact: true }).waitFor();
  assert.equal((await api('POST', '/vowel/api/generateToken', {}, key)).status, 401);
  await card.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete key' }).click();
  await page.getByText('The app has no key yet.').waitFor();
  assert.ok(await page.getByRole('heading', { level: 1 }).evaluate((heading) => heading === document.activeElement), 'the focus is lost');
  await close(page);
});

test('voice settings are kept with what else is there, and arrive in tokens', options, async () => {
  const app = await makeApp({ name: 'Voice', runtimeConfig: { house: { own: 1 }, voiceConfig: { acme: true, model: '', voice: 'awb' } } });
  await makeKey(app);
  const page = await openSignedIn();
  await page.visit(`apps/${app.id}`);
  assert.equal(await page.getByLabel('Voice', { exact: true }).inputValue(), 'awb');
  await page.getByLabel('Voice', { exact: true }).fill('kal');
  await page.getByLabel('Speaking rate').fill('1.1');
  await page.getByLabel('Language').fill('de');
  await page.getByLabel('System instructions').fill('You answer questions about our shop.');
  await page.getByLabel('Initial greeting').fill('Say hello.');
  await page.getByLabel('Mode', { exact: true }).selectOption('server_vad');
  await page.getByLabel('Silence (ms)').fill('700');
  await page.getByText('Review').click();
  assert.match(await page.getByLabel('What will be saved').textContent(), /"silenceDurationMs": 700/);
  await page.getByRole('button', { name: 'Save settings' }).click();
  await status(page, 'saved');
  const expected = {
    house: { own: 1 },
    voiceConfig: { acme: true, voice: 'kal', speakingRate: 1.1, language: 'de', initialGreetingPrompt: 'Say hello.',
      turnDetection: { mode: 'server_vad', serverVAD: { silenceDurationMs: 700 } } },
    systemInstructionOverride: 'You answer questions about our shop.',
  };
  assert.deepEqual((await api('GET', `/api/apps/${app.id}`)).body.runtimeConfig, expected);

  await page.visit(`test-lab?app=${app.id}`);
  await page.getByRole('button', { name: 'Generate and inspect token' }).click();
  const claims = JSON.parse(await page.getByLabel('Claims').textContent());
  assert.equal(claims.app_id, app.id);
  assert.equal(claims.session.voice, 'kal');
  assert.equal(claims.session.speakingRate, 1.1);
  assert.equal(claims.session.language, 'de');
  assert.equal(claims.session.initialGreetingPrompt, 'Say hello.');
  assert.equal(claims.session.turnDetection.serverVAD.silenceDurationMs, 700);
  const answer = await page.getByLabel('Answer').textContent();
  assert.match(answer, /our shop/);
  assert.doesNotMatch(answer, /ek_[\w-]{10}/);

  await page.visit(`apps/${app.id}`);
  await page.getByLabel('Voice', { exact: true }).fill('');
  await page.getByLabel('Allowed origins').fill('https://shop.example\nhttps://*.shop.example');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await status(page, 'saved');
  await page.getByText('Advanced').click();
  const { voice, ...others } = expected.voiceConfig;
  assert.equal(voice, 'kal');
  assert.deepEqual(JSON.parse(await page.getByLabel('Settings as JSON').inputValue()),
    { ...expected, voiceConfig: others, allowedOrigins: ['https://shop.example', 'https://*.shop.example'] });
  await page.getByLabel('Settings as JSON').fill('{"voiceConfig": ');
  await page.getByRole('button', { name: 'Save JSON' }).click();
  await alert(page, 'This is not JSON');
  await page.getByLabel('Settings as JSON').fill('{"allowedOrigins": "https://shop.example"}');
  await page.getByRole('button', { name: 'Check JSON' }).click();
  await alert(page, 'allowedOrigins must be a list');
  await page.getByLabel('Settings as JSON').fill('{"voiceConfig": {"voice": "slt"}}');
  await page.getByRole('button', { name: 'Save JSON' }).click();
  await page.waitForFunction(() => [...document.querySelectorAll('label')].find(({ textContent }) => textContent === 'Voice').control.value === 'slt');
  assert.deepEqual((await api('GET', `/api/apps/${app.id}`)).body.runtimeConfig, { voiceConfig: { voice: 'slt' } });
  await close(page);
});

test('the configuration says what is wrong with it, and is saved when nothing is', options, async () => {
  const page = await openSignedIn({ forgiven: [[400, '/config/']] });
  await page.visit('configuration');
  const editor = page.getByLabel('Configuration', { exact: true });
  const edit = async (from, to) => editor.fill((await editor.inputValue()).replace(from, to));
  await edit('logLevel: info', 'logLevel: loud');
  await page.getByRole('button', { name: 'Validate' }).click();
  await alert(page, /server\.logLevel .*error\|warning\|info\|debug/);
  assert.equal(await editor.getAttribute('aria-invalid'), 'true');
  await edit('logLevel: loud', 'logLevel: warning');
  await page.getByRole('button', { name: 'Validate' }).click();
  await status(page, 'The configuration is valid');
  assert.equal(await editor.getAttribute('aria-invalid'), null);
  await page.getByRole('button', { name: 'Save' }).click();
  await status(page, 'The configuration is saved');
  assert.equal((await api('GET', '/config')).body.config.server.logLevel, 'warning');
  // Only the change is in the file.
  assert.equal(readFileSync(configuration, 'utf8').trim().split('\n').filter((line) => !line.startsWith('#')).join('\n'), 'server:\n  logLevel: warning');

  await edit('logLevel: warning', '*loud');
  await page.getByRole('button', { name: 'Validate' }).click();
  await alert(page, /line \d+/);
  await page.getByRole('button', { name: 'Reload' }).click();
  await status(page, 'The file is read again');
  await page.getByLabel('Format').selectOption('JSON');
  await page.waitForFunction(() => document.getElementById('configuration').value.startsWith('{'));
  const json = await editor.inputValue();
  await editor.fill(`${json},`);
  await page.getByRole('button', { name: 'Save' }).click();
  await alert(page, 'This is not JSON');
  // What is taken out becomes what it is without the file.
  const config = JSON.parse(json);
  delete config.server.logLevel;
  await editor.fill(JSON.stringify(config));
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForFunction(() => /"logLevel": "info"/.test(document.getElementById('configuration').value));
  assert.equal((await api('GET', '/config')).body.config.server.logLevel, 'info');
  await page.getByRole('button', { name: 'Use Offline' }).click();
  await status(page, 'The preset Offline is in the editor');
  await close(page);
});

test('a secret of a provider is kept and not shown again', options, async () => {
  await makeApp({ name: 'Vendor' });
  const page = await openSignedIn();
  await page.visit('provider-keys');
  await page.getByRole('button', { name: 'Add provider key' }).click();
  await page.getByLabel('App', { exact: true }).selectOption('Vendor');
  await page.getByLabel('Provider', { exact: true }).selectOption('OpenAI');
  await page.getByLabel('Label').fill('Ours');
  await page.getByLabel('Secret', { exact: true }).fill('sk-canary-of-a-provider');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('row', { name: /Ours.*openai.*Vendor/ }).waitFor();
  assert.doesNotMatch(await page.content(), /sk-canary/);
  await page.getByRole('button', { name: 'Delete Ours' }).click();
  await page.getByRole('button', { name: 'Delete key' }).click();
  await page.getByText('There is none yet.').waitFor();
  await close(page);
});

/** The record is written after the session is over. */
async function untilCall(app) {
  for (let i = 0; i < 2000; i++) {
    const { body } = await api('GET', `/api/calls?appId=${app.id}`);
    if (body.length > 0) return body[0];
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
  return assert.fail('the call is not recorded');
}

test('a conversation of an app runs tools, and is told under Calls', options, async () => {
  const app = await makeApp({ name: 'Shop', runtimeConfig: { voiceConfig: { initialGreetingPrompt: 'Say hello.' } } });
  const key = await makeKey(app);
  const page = await openSignedIn();
  const answered = (turn) => page.locator(`#timeline tr:nth-last-child(${turn}) [data-step="done"]`, { hasText: /\d/ }).waitFor();
  const say = async (text) => {
    await page.getByLabel('Message').fill(text);
    await page.keyboard.press('Enter');
  };
  await page.visit('test-lab');
  await page.getByLabel('App').selectOption('Shop');
  await page.getByRole('button', { name: 'Generate and inspect token' }).click();
  await page.getByRole('button', { name: 'Talk with this token' }).click();
  // Who starts a session is greeted; who types a message at once has been faster.
  await page.getByRole('button', { name: 'Start session' }).click();
  await page.locator('#transcript li.assistant', { hasText: /how can i help/i }).waitFor();
  await say('What is seven times eight?');
  await page.locator('#transcript li.assistant', { hasText: /fifty[ -]six/i }).waitFor();
  await answered(1);
  await say('Add five to the counter');
  await page.locator('#counter', { hasText: '5' }).waitFor();
  await answered(2);
  await page.getByRole('listitem').filter({ hasText: /^add_to_counter\(/ }).first().waitFor();
  assert.equal(await page.locator('#transcript li.error').count(), 0);
  assert.ok(!(await page.content()).includes(key.plaintext), 'the key of the app is in the page');

  const session = (await (await fetch(`${daemon.origin}/v1/usage`, { headers: { Authorization: `Bearer ${ADMIN}` } })).json()).sessions[0].id;
  const watcher = await openSignedIn();
  await watcher.visit('sessions');
  await watcher.getByRole('row', { name: session }).getByRole('link', { name: session }).click();
  await watcher.getByRole('heading', { name: 'Live session' }).waitFor();
  await watcher.locator('.transcript').getByText('What is seven times eight?').waitFor();
  await watcher.getByRole('table', { name: 'Latency per turn' }).getByText('completed').first().waitFor();
  await close(watcher);

  await page.getByRole('button', { name: 'End session' }).click();
  await page.getByRole('status').filter({ hasText: 'Disconnected' }).waitFor();
  await untilCall(app);
  await page.visit('calls');
  await page.getByLabel('Somebody said').fill('nobody has ever said this');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByText('There is no such call.').waitFor();
  await page.getByLabel('Somebody said').fill('seven times eight');
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /Shop/ }).getByRole('link').click();
  await page.getByRole('heading', { name: /^Call of/ }).waitFor();
  const transcript = page.locator('.transcript');
  await transcript.getByText('What is seven times eight?').waitFor();
  await transcript.getByText(/fifty[ -]six/i).waitFor();
  const turns = page.getByRole('table', { name: 'Latency per turn' });
  await turns.getByText('completed').first().waitFor();
  assert.match(await turns.textContent(), /\d\sms/);
  assert.ok(await turns.locator('td.bar span').evaluateAll((parts) => parts.some((part) => part.getBoundingClientRect().width > 2)), 'no bar is drawn');
  await page.getByRole('button', { name: 'Delete call' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete call' }).click();
  await page.getByText('There is no such call.').waitFor();
  await close(page);
});

test('quantiles are estimated from histograms', options, async () => {
  const page = await openSignedIn();
  await page.visit('apps');
  const stages = await page.evaluate(async () => {
    const { parseMetrics, stageLatencies } = await import('/lib/metrics.js');
    const bucket = (stage, le, count) => `vowel_turn_stage_seconds_bucket{stage="${stage}",le="${le}"} ${count}\n`;
    return stageLatencies(parseMetrics(['# HELP x y\n', bucket('whole', '0.1', 50), bucket('whole', '0.2', 90), bucket('whole', '0.4', 100), bucket('whole', '+Inf', 100),
      bucket('slow', '1', 0), bucket('slow', '+Inf', 3), bucket('none', '1', 0), bucket('none', '+Inf', 0)].join('')));
  });
  const rounded = stages.map(({ stage, count, p50, p95 }) => [stage, count, Math.round(p50), Math.round(p95)]);
  // Beyond the last bound nothing is known but that.
  assert.deepEqual(rounded, [['whole', 100, 100, 300], ['slow', 3, 1000, 1000], ['none', 0, NaN, NaN]]);
  await close(page);
});

test('long lists of calls have pages', options, async () => {
  const page = await openSignedIn();
  const calls = Array.from({ length: 60 }, (_, index) => ({ id: `sess_${index}`, appId: null, model: `model-${index}`, startedAt: 1e12 - index, endedAt: 1e12, durationMs: index, turns: 1, endReason: 'idle' }));
  await page.route('**/api/calls?*', (route) => {
    const query = new URL(route.request().url()).searchParams;
    const before = Number(query.get('before') ?? Infinity);
    route.fulfill({ json: calls.filter(({ startedAt }) => startedAt < before).slice(0, Number(query.get('limit'))) });
  });
  await page.visit('calls');
  await page.getByRole('cell', { name: 'model-24' }).waitFor();
  await page.getByRole('button', { name: 'Older' }).click();
  await page.getByRole('cell', { name: 'model-49' }).waitFor();
  await page.getByRole('button', { name: 'Older' }).click();
  await page.getByRole('cell', { name: 'model-59' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Older' }).count(), 0);
  await page.getByRole('button', { name: 'Newer' }).click();
  await page.getByRole('cell', { name: 'model-25' }).waitFor();
  await close(page);
});

/** What an eye can tell apart: 4.5 is enough for text. */
function contrast(page, selector) {
  return page.locator(selector).first().evaluate((element) => {
    const parse = (text) => text.match(/[\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => [r, g, b].map((part) => part / 255).map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    let ground = element;
    while (parse(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(parse(getComputedStyle(ground).backgroundColor))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
}

test('pages are legible in light and dark, and fit into 400 pixels', options, async () => {
  const app = await makeApp({ name: 'A shop with a very-long-name-that-does-not-break-anywhere-by-itself' });
  await makeKey(app);
  const { body: agent } = await api('POST', `/api/apps/${app.id}/agents`, { name: 'Somebody with a very-long-name-that-does-not-break-anywhere-by-itself' });
  for (const colorScheme of ['light', 'dark']) {
    const page = await openSignedIn({ colorScheme, viewport: { width: 400, height: 800 } });
    for (const place of ['', 'sessions', 'calls', 'apps', `apps/${app.id}`, `apps/${app.id}/keys`, 'agents', `apps/${app.id}/agents/${agent.id}`, 'provider-keys', 'configuration', 'test-lab']) {
      await page.visit(place);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${place} is too wide`);
      for (const selector of ['h1', '#navigation a', '.hint, .empty']) {
        if (await page.locator(selector).count() > 0)
          assert.ok(await contrast(page, selector) >= 4.5, `${colorScheme} ${place} ${selector}: ${await contrast(page, selector)}`);
      }
      const names = await page.locator('main :is(input, select, textarea, button)').evaluateAll((controls) => controls.filter((control) => !(
        control.labels?.length || control.textContent.trim() || control.getAttribute('aria-label'))).length);
      assert.equal(names, 0, `${place} has controls without a name`);
    }
    const dark = await page.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.body).backgroundColor)[0]) < 128);
    assert.equal(dark, colorScheme === 'dark');
    await close(page);
  }
});
