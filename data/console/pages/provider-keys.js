import { get, post, remove } from '../lib/api.js';
import { confirmDialog, openDialog } from '../lib/dialog.js';
import { action, announce, badge, el, field, form, heading, input, keepFocus, link, panel, select, submitButton, table } from '../lib/dom.js';
import { formatTime } from '../lib/format.js';

export const title = 'Provider keys';

const PROVIDERS = [['openai', 'OpenAI'], ['grok', 'xAI'], ['engine', 'Vowel engine']];

async function addKey(apps) {
  let made = false;
  await openDialog('Add provider key', (close) => {
    const app = select(apps.map(({ id, name }) => [id, name]));
    const provider = select(PROVIDERS);
    const label = input();
    const secret = input({ type: 'password', required: true });
    return form({}, [el('button', { type: 'button', onclick: () => close() }, 'Cancel'), submitButton('Add')], async () => {
      await post('/api/provider-keys', { appId: app.value, provider: provider.value, apiKey: secret.value.trim(),
        ...(label.value.trim() && { label: label.value.trim() }) });
      made = true;
      close();
    }, field('App', app), field('Provider', provider), field('Label', label), field('Secret', secret, 'It is kept encrypted and never shown again.'));
  });
  return made;
}

function row(key, apps, refresh) {
  const app = apps.find(({ id }) => id === key.appId);
  return [
    key.label || key.provider, key.provider, app ? link(`apps/${encodeURIComponent(app.id)}`, app.name) : key.appId,
    el('code', {}, key.masked), formatTime(key.createdAt),
    action('Delete', async () => {
      if (!await confirmDialog('Delete provider key', `The key for ${key.provider} of “${app?.name ?? key.appId}” is forgotten.`, 'Delete key')) return;
      await remove(`/api/provider-keys/${encodeURIComponent(key.id)}?appId=${encodeURIComponent(key.appId)}`);
      announce('The key is deleted.');
      await refresh();
      keepFocus();
    }, { class: 'danger', 'aria-label': `Delete ${key.label || key.provider}` }),
  ];
}

function environment(status) {
  const entries = Object.entries(status.providers);
  return panel('Secrets of the server', table('Secrets of the server', ['Provider', 'State', 'Variable'],
    entries.map(([name, { configured, secretEnv }]) => [name, configured ? badge('Configured', 'good') : badge('Not set'), el('code', {}, secretEnv)])));
}

export async function show(view) {
  const [apps, status] = await Promise.all([get('/api/apps'), get('/api/status')]);
  const list = el('div', {});
  const refresh = async () => {
    const keys = await get('/api/provider-keys');
    list.replaceChildren(table(title, ['Label', 'Provider', 'App', 'Key', 'Created', 'Actions'], keys.map((key) => row(key, apps, refresh)),
      apps.length ? 'There is none yet.' : 'There is no app yet that could have one.'));
  };
  await refresh();
  view.append(
    heading(title, 'An app whose provider is OpenAI or xAI has its tokens made there, with its own key, else with the server’s. What the server itself hears, thinks and speaks with is in the configuration, the environment or the keyring.',
      apps.length > 0 && action('Add provider key', async () => {
        if (!await addKey(apps)) return;
        announce('The key is kept.');
        await refresh();
      }, { class: 'primary' })),
    panel('Of apps', list),
    environment(status));
}
