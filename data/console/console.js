// The console: which page is shown, and signing in.
import { getKey, onRefused, setKey } from './lib/api.js';
import { announce, el, heading } from './lib/dom.js';
import * as agent from './pages/agent.js';
import * as agents from './pages/agents.js';
import * as app from './pages/app.js';
import * as appKeys from './pages/app-keys.js';
import * as apps from './pages/apps.js';
import * as call from './pages/call.js';
import * as calls from './pages/calls.js';
import * as configuration from './pages/configuration.js';
import * as dashboard from './pages/dashboard.js';
import * as providerKeys from './pages/provider-keys.js';
import * as session from './pages/session.js';
import * as sessions from './pages/sessions.js';
import { signInForm } from './pages/sign-in.js';
import * as testLab from './pages/test-lab.js';

/** A page has a title and `show(view, ...parts of the address)`, which may resolve to what ends it. */
const pages = [
  [/^$/, dashboard],
  [/^sessions$/, sessions],
  [/^sessions\/([^/]+)$/, session],
  [/^calls$/, calls],
  [/^calls\/([^/]+)$/, call],
  [/^apps$/, apps],
  [/^apps\/([^/]+)$/, app],
  [/^apps\/([^/]+)\/keys$/, appKeys],
  [/^agents$/, agents],
  [/^apps\/([^/]+)\/agents\/([^/]+)$/, agent],
  [/^provider-keys$/, providerKeys],
  [/^configuration$/, configuration],
  [/^test-lab$/, testLab],
];

const nothing = {
  title: 'Not found',
  show: (view) => view.append(heading('Not found', 'There is no such page.')),
};

const main = document.getElementById('main');
const signOut = document.getElementById('sign-out');
let visits = 0;
let leave = null;
let asking = false;

function findPage() {
  const path = location.hash.replace(/^#\/?/, '').split('?')[0];
  for (const [pattern, page] of pages) {
    const match = pattern.exec(path);
    if (match) return { page, path, params: match.slice(1).map(decodeURIComponent) };
  }
  return { page: nothing, path, params: [] };
}

function markPlace(address) {
  // An agent belongs to an app, and has a place of its own.
  const path = address.replace(/^apps\/[^/]+\/agents/, 'agents');
  for (const anchor of document.querySelectorAll('#navigation a')) {
    const place = anchor.getAttribute('href').slice(2);
    const here = place === '' ? path === '' : path === place || path.startsWith(`${place}/`);
    if (here) anchor.setAttribute('aria-current', 'page');
    else anchor.removeAttribute('aria-current');
  }
}

function begin(title) {
  asking = false;
  leave?.();
  leave = null;
  document.title = `${title} · vowel-gst`;
  signOut.hidden = !getKey();
  const view = el('div', { class: 'stack' });
  main.replaceChildren(view);
  main.setAttribute('aria-busy', 'true');
  return { view, visit: ++visits };
}

function end(moveFocus) {
  main.removeAttribute('aria-busy');
  if (moveFocus) main.querySelector('h1')?.focus();
}

/** All requests of a page are refused at once: the first one asks. */
function askToSignIn(error) {
  if (asking) return;
  const { view } = begin('Sign in');
  asking = true;
  view.append(signInForm(getKey() ? error.message : '', () => { announce('Signed in.'); show(true); }));
  setKey(null);
  signOut.hidden = true;
  end(false);
  view.querySelector('input').focus();
}

async function show(moveFocus) {
  const { page, path, params } = findPage();
  const { view, visit } = begin(page.title);
  let ending = null;
  markPlace(path);
  try {
    ending = await page.show(view, ...params);
  } catch (error) {
    if (visit === visits) view.replaceChildren(heading(page.title), el('p', { class: 'problem', role: 'alert' }, error.message));
  }
  if (visit !== visits) {
    ending?.();
    return;
  }
  leave = ending;
  end(moveFocus);
}

onRefused(askToSignIn);
signOut.addEventListener('click', () => {
  setKey(null);
  announce('Signed out.');
  show(true);
});
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener('hashchange', () => show(true));
show(false);
