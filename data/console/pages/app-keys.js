import { appPath, get, keyPath, post, remove } from '../lib/api.js';
import { confirmDialog, copyButton, openDialog } from '../lib/dialog.js';
import { action, announce, badge, choices, el, field, form, heading, input, keepFocus, link, submitButton } from '../lib/dom.js';
import { formatNumber, formatTime } from '../lib/format.js';

export const title = 'Keys';

const SCOPES = [
  ['mint_ephemeral', 'Generate session tokens (mint_ephemeral)'],
  ['direct_ws', 'Direct WebSocket (direct_ws)'],
  ['mint_trusted_session', 'Tokens of trusted servers (mint_trusted_session)'],
  ['voice', 'Agents and calls with them (voice)'],
];
const PROVIDERS = [['engine', 'This server (engine)'], ['openai', 'OpenAI (openai)'], ['grok', 'xAI (grok)']];

function showNewKey(app, key, close) {
  const box = input({ value: key.plaintext, readOnly: true, class: 'code' });
  queueMicrotask(() => { box.focus(); box.select(); box.scrollLeft = 0; });
  return [
    el('p', {}, 'Copy it now. Later it can be revealed in the list, by whoever has the admin key.'),
    field('New key', box),
    field('App id', input({ value: app.id, readOnly: true, class: 'code' })),
    el('div', { class: 'actions' },
      copyButton('Copy key', 'Key', () => key.plaintext), copyButton('Copy app id', 'App id', () => app.id),
      el('button', { type: 'button', class: 'primary', onclick: () => close() }, 'Done')),
  ];
}

/** Resolves to whether there is a new one. */
async function createKey(app) {
  let made = false;
  await openDialog('Create key', (close) => {
    const label = input({ placeholder: 'Website' });
    const scopes = choices('Scopes', SCOPES, ['mint_ephemeral'], 'At least one.');
    const providers = choices('Providers', PROVIDERS, ['engine'], 'At least one.');
    const content = el('div', {});
    content.append(form({}, [el('button', { type: 'button', onclick: () => close() }, 'Cancel'), submitButton('Create')], async () => {
      if (scopes.values().length === 0) throw new Error('Choose at least one scope.');
      if (providers.values().length === 0) throw new Error('Choose at least one provider.');
      const key = await post(appPath(app.id, '/api-keys'), {
        ...(label.value.trim() && { label: label.value.trim() }), scopes: scopes.values(), allowedProviders: providers.values() });
      made = true;
      content.replaceChildren(...showNewKey(app, key, close));
      announce('The key is there.');
    }, field('Label', label, 'What it is for.'), scopes.element, providers.element));
    return content;
  });
  return made;
}

/** The key as text, masked until it is asked for. */
function secret(key) {
  const text = el('code', { class: 'secret' }, key.masked);
  let shown = false;
  const reveal = async () => (await get(keyPath(key, '/reveal'))).plaintext;
  const toggle = action('Reveal', async () => {
    text.textContent = shown ? key.masked : await reveal();
    shown = !shown;
    toggle.textContent = shown ? 'Hide' : 'Reveal';
  });
  return { text, buttons: [toggle, copyButton('Copy', 'Key', reveal)] };
}

function card(key, refresh) {
  const name = key.label || 'Key without a label';
  const { text, buttons } = secret(key);
  const change = (verb, question, work) => action(verb, async () => {
    if (!await confirmDialog(`${verb} key`, question, `${verb} key`)) return;
    await work();
    await refresh();
    keepFocus();
  }, { class: 'danger' });
  return el('li', { class: 'panel card', 'aria-label': name },
    el('div', {},
      el('h2', {}, name, ' ', key.revokedAt ? badge('Revoked', 'bad') : badge('Active', 'good')),
      el('p', {}, text),
      el('p', { class: 'hint' }, `${key.scopes.join(', ')} · ${key.allowedProviders.join(', ')}`),
      el('p', { class: 'hint' }, `Created ${formatTime(key.createdAt)}`, key.revokedAt ? `, revoked ${formatTime(key.revokedAt)}` : '',
        ` · used ${formatNumber(key.uses)} times`, key.lastUsedAt ? `, last ${formatTime(key.lastUsedAt)}` : '')),
    el('div', { class: 'actions' }, buttons,
      !key.revokedAt && change('Revoke', `Whoever uses “${name}” is refused from now on. Sessions that run go on.`, async () => {
        await post(keyPath(key, '/revoke'));
        announce('The key is revoked.');
      }),
      change('Delete', `“${name}” is forgotten, and refused from now on. This cannot be undone.`, async () => {
        await remove(keyPath(key));
        announce('The key is deleted.');
      })));
}

export async function show(view, id) {
  const app = await get(appPath(id));
  const list = el('div', {});
  const refresh = async () => {
    const keys = await get(appPath(id, '/api-keys'));
    list.replaceChildren(keys.length ? el('ul', { class: 'plain stack' }, keys.map((key) => card(key, refresh)))
      : el('p', { class: 'empty' }, 'The app has no key yet.'));
  };
  await refresh();
  document.title = `Keys of ${app.name} · vowel-gst`;
  view.append(
    el('p', {}, link(`apps/${encodeURIComponent(id)}`, `← ${app.name}`)),
    heading(`Keys of ${app.name}`, 'Programs of the app use them to open sessions, or to make tokens for browsers.',
      action('Create key', async () => { if (await createKey(app)) await refresh(); }, { class: 'primary' })),
    list,
    el('p', { class: 'hint' }, 'Then try it in the ', link(`test-lab?app=${encodeURIComponent(id)}`, 'Test Lab'), '.'));
}
