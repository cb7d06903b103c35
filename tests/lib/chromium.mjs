// SPDX-License-Identifier: LGPL-2.1-or-later
// A browser for tests. What its pages receive over WebSockets is checked.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { Tap } from './tap.mjs';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);

/** Why there is none, or false. */
export const skip = executablePath ? false : 'Chromium is not installed';

export async function launchChromium(args = []) {
  const { G_DEBUG, NODE_OPTIONS, ...env } = process.env;
  const browser = await chromium.launch({
    executablePath,
    env,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', ...args],
  });
  const newPage = browser.newPage.bind(browser);
  /** vowel: its connections are those of Vowel's clients, which their headers would say elsewhere. */
  browser.newPage = async ({ vowel, ...options } = {}) => {
    const page = await newPage(options);
    page.on('websocket', (socket) => {
      if (!/\/realtime(\?|$)/.test(socket.url())) return;
      const tap = new Tap({ name: `browser ${socket.url()}`, vowel });
      socket.on('framereceived', ({ payload }) => tap.push(JSON.parse(payload)));
    });
    return page;
  };
  return browser;
}
