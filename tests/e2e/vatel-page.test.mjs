// SPDX-License-Identifier: LGPL-2.1-or-later
// The page of Vatel's Next.js demo, its logic without the framework: a server
// that has the organization's key makes session tokens, the browser does the
// rest. Only the host is this server's.
import assert from 'node:assert/strict';
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launchChromium, skip } from '../lib/chromium.mjs';
import { startDaemon } from '../lib/daemon.mjs';
import { silence, speak, writeWav } from '../lib/speech.mjs';
import { VatelApi } from '../lib/vatel.mjs';
import { checkVatel } from '../protocol/vatel-checker.mjs';

const ORG_API_KEY = 'the key of the organization';
const pages = path.join(process.env.VOWEL_SRCDIR, 'tests/e2e/vatel-page');
const TYPES = { '.html': 'text/html', '.js': 'text/javascript' };
let daemon, browser, folder, site, agent;

/** The page's server: the action that makes a token, and files. */
function serveSite() {
  const wsUrl = `${daemon.origin.replace('http', 'ws')}/v1/connection`;

  async function getSessionToken(agentId) {
    const response = await fetch(`${daemon.origin}/v1/session-token`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ORG_API_KEY}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ agent_id: agentId }),
    });
    if (!response.ok) throw new Error((await response.json()).error);
    const data = await response.json();
    return data.webrtc_token ?? data.token;
  }

  return createServer(async (request, response) => {
    if (request.url === '/settings') {
      response.end(JSON.stringify({ wsUrl, agentId: agent.id }));
    } else if (request.url === '/actions/session-token') {
      let body = '';
      for await (const part of request) body += part;
      response.end(await getSessionToken(body));
    } else {
      const file = path.join(pages, request.url === '/' ? 'index.html' : path.basename(request.url));
      if (!existsSync(file)) return response.writeHead(404).end();
      response.setHeader('Content-Type', TYPES[path.extname(file)]);
      createReadStream(file).pipe(response);
    }
  });
}

before(async () => {
  if (skip) return;
  folder = mkdtempSync(path.join(tmpdir(), 'vowel-vatel-page-'));
  const microphone = path.join(folder, 'microphone.wav');
  writeWav(microphone, Buffer.concat([silence(4000), speak('What is seven times eight?'), silence(6000), speak('What is the weather in London?'),
    silence(20000)]), { fileRate: 48000 });
  daemon = await startDaemon({ env: { API_KEY: ORG_API_KEY } });
  agent = await new VatelApi(daemon.origin, ORG_API_KEY).createAgent({
    first_message: 'Hello.',
    tools: [{ name: 'get_weather', description: 'The weather in a city', parameters: [{ name: 'city', type: 'resolved', dataType: 'string', required: true }] }],
  });
  site = serveSite().listen(0, '127.0.0.1');
  await once(site, 'listening');
  browser = await launchChromium(['--autoplay-policy=no-user-gesture-required', '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${microphone}%noloop`]);
});

after(async () => {
  await browser?.close();
  site?.close();
  if (daemon) assert.equal(await daemon.stop(), 0, daemon.log);
  if (folder) rmSync(folder, { recursive: true });
});

test('the demo talks, listens, plays and calls its tool', { skip, timeout: 90000 }, async () => {
  const page = await browser.newPage();
  const problems = [];
  const messages = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => messages.push(JSON.parse(payload))));
  await page.goto(`http://127.0.0.1:${site.address().port}/`);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();

  const events = page.locator('#events');
  await events.locator('[data-type=session_started]').waitFor();
  await events.locator('li', { hasText: /^Agent: Hello\.$/ }).first().waitFor();
  await events.locator('li', { hasText: /^Speech started$/ }).first().waitFor();
  await events.locator('li', { hasText: /^You: what is seven times eight/i }).first().waitFor();
  await events.locator('li', { hasText: /^Agent: .*fifty[ -]six/i }).first().waitFor();
  await events.locator('li', { hasText: /^Tool: get_weather$/ }).waitFor();
  // What follows the tool's "success" is the agent's.
  await events.locator('[data-type=tool_call] ~ [data-type=response_text]').first().waitFor();

  const played = await page.evaluate(() => window.demo.playback.played);
  assert.ok(played.chunks > 10 && played.seconds > 1, JSON.stringify(played));
  assert.ok(played.peak > 0.05, 'it is silent');
  assert.ok(played.ahead < 2, `${played.ahead} s ahead`);
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await page.locator('#status', { hasText: 'disconnected' }).waitFor();
  assert.deepEqual(problems, []);
  assert.deepEqual(checkVatel(messages), []);
  await page.close();
});
