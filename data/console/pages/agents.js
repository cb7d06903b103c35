import { agentPath, appPath, get, post, remove } from '../lib/api.js';
import { confirmDialog, openDialog } from '../lib/dialog.js';
import { action, announce, badge, el, field, form, heading, input, keepFocus, link, select, submitButton } from '../lib/dom.js';
import { formatTime } from '../lib/format.js';

export const title = 'Agents';

const place = (agent) => `apps/${encodeURIComponent(agent.appId)}/agents/${encodeURIComponent(agent.id)}`;
export const labPlace = (agent) => `test-lab?app=${encodeURIComponent(agent.appId)}&agent=${encodeURIComponent(agent.id)}`;

async function createAgent(app) {
  let created = null;
  await openDialog('Create agent', (close) => {
    const name = input({ required: true });
    const prompt = el('textarea', { rows: '4' });
    const first = input({ placeholder: 'Hello, how can I help?' });
    return form({}, [el('button', { type: 'button', onclick: () => close() }, 'Cancel'), submitButton('Create')], async () => {
      created = await post(appPath(app, '/agents'), {
        name: name.value, voiceStyle: true, prompt: prompt.value.trim() || null, firstMessage: { text: first.value.trim() || null } });
      close();
    }, field('Name', name), field('Prompt', prompt, 'What it is to be and do.'), field('First message', first, 'Said word for word when somebody calls.'));
  });
  return created;
}

/** Resolves to whether it is gone. */
export async function deleteAgent(agent) {
  if (!await confirmDialog('Delete agent', `“${agent.name}” takes no calls any more. Calls that go on are not ended. This cannot be undone.`, 'Delete agent')) return false;
  await remove(agentPath(agent));
  announce('The agent is deleted.');
  return true;
}

const whom = ({ provider, model, id }) => [provider, model, id].filter(Boolean).join(' ') || 'the server’s own';

function card(agent, refresh) {
  return el('li', { class: 'panel card', 'aria-label': agent.name },
    el('div', {},
      el('h2', {}, link(place(agent), agent.name), ' ', agent.active ? badge('Active', 'good') : badge('Inactive', 'warn'), agent.isDefault && [' ', badge('Default')],
        agent.hasDraft && [' ', badge('Draft', 'warn')]),
      agent.firstMessage.text && el('p', {}, `“${agent.firstMessage.text}”`),
      el('p', { class: 'hint' }, `Model: ${whom(agent.llm)} · Voice: ${whom(agent.voice)} · Language: ${agent.language}`),
      el('p', { class: 'hint' }, el('code', {}, agent.id), ` · changed ${formatTime(agent.updatedAt)}`)),
    el('div', { class: 'actions' },
      agent.active && el('a', { class: 'button primary', href: `#/${labPlace(agent)}`, 'aria-label': `Talk to ${agent.name}` }, 'Talk'),
      el('a', { class: 'button', href: `#/${place(agent)}`, 'aria-label': `Edit ${agent.name}` }, 'Edit'),
      action('Delete', async () => { if (await deleteAgent(agent)) { await refresh(); keepFocus(); } }, { class: 'danger', 'aria-label': `Delete ${agent.name}` })));
}

export async function show(view) {
  const apps = await get('/api/apps');
  const wished = new URLSearchParams(location.hash.split('?')[1]).get('app');
  const app = select(apps.map(({ id, name }) => [id, name]), wished ?? apps[0]?.id);
  const list = el('div', {});
  const refresh = async () => {
    const agents = await get(appPath(app.value, '/agents'));
    list.replaceChildren(agents.length ? el('ul', { class: 'plain stack' }, agents.map((agent) => card(agent, refresh)))
      : el('p', { class: 'empty' }, 'The app has no agent yet.'));
  };
  view.append(heading(title, 'Somebody to talk to: by telephone, and over the APIs that know agents. Who asks for nobody gets the default, the oldest that is active.',
    apps.length > 0 && action('Create agent', async () => {
      const agent = await createAgent(app.value);
      if (agent) {
        announce(`The agent “${agent.name}” is there.`);
        location.hash = `#/${place(agent)}`;
      }
    }, { class: 'primary' })));
  if (apps.length === 0) {
    view.append(el('p', { class: 'empty' }, 'Agents belong to an app, and there is none yet: create one under ', link('apps', 'Apps'), '.'));
    return;
  }
  app.addEventListener('change', () => refresh().catch((error) => announce(error.message)));
  await refresh();
  view.append(field('App', app), list);
}
