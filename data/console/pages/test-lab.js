import { appPath, get } from '../lib/api.js';
import { copyButton } from '../lib/dialog.js';
import { action, announce, badge, el, facts, field, heading, panel, problem, select } from '../lib/dom.js';
import { formatJson, formatTime } from '../lib/format.js';
import { Conversation } from '../lab/conversation.js';
import { makeConversationView } from '../lab/conversation-view.js';
import { askForKey } from '../lab/key-dialog.js';
import { getToken, mint, readClaims, redact } from '../lab/token.js';
import { Workbench } from '../lab/tools.js';

export const title = 'Test Lab';

const HERE = 'vowel-core';
const OWN = ['', 'None: the server’s own settings'];
const NOBODY = ['', 'None: what the app says'];

/** The apps, or none for those who may not manage them. */
async function listApps() {
  try {
    return await get('/api/apps', { optional: true });
  } catch (error) {
    if (error.status === 401 || error.status === 403) return null;
    throw error;
  }
}

function makeSetup(apps) {
  const wishes = new URLSearchParams(location.hash.split('?')[1]);
  const remembered = wishes.get('app') ?? '';
  const controls = {
    app: select([OWN, ...(apps ?? []).map(({ id, name }) => [id, name])], remembered),
    agent: select([NOBODY]),
    instructions: el('textarea', { rows: '3', placeholder: 'As the app or the server has it' }),
    greeting: el('textarea', { rows: '2', placeholder: 'The caller begins' }),
  };
  const read = () => Object.fromEntries(Object.entries(controls).map(([name, { value }]) => [name, value.trim()]));
  const agents = field('Agent', controls.agent, 'Its own words, models and tools take the place of what the app says.');
  const follow = async () => {
    const list = controls.app.value ? await get(appPath(controls.app.value, '/agents')) : [];
    controls.agent.replaceChildren(...select([NOBODY, ...list.filter(({ active }) => active).map(({ id, name }) => [id, name])], wishes.get('agent') ?? '').children);
    agents.hidden = list.length === 0;
  };
  controls.app.addEventListener('change', () => follow().catch((error) => announce(error.message)));
  return {
    read,
    follow,
    element: panel('Session', field('App', controls.app, apps ? 'Its first active key with mint_ephemeral makes the token.' : 'Apps are shown to those who are signed in.'), agents,
      el('details', {}, el('summary', {}, 'Instructions and greeting'),
        field('System instructions', controls.instructions, 'What an app says itself goes before it.'), field('Greeting', controls.greeting))),
  };
}

/** A server that wants a key is given one. */
async function mintWithKey(wishes) {
  for (let key; ;) {
    try {
      return await mint({ ...wishes, ...(key && { key }) });
    } catch (error) {
      if (error.status !== 401 || wishes.app) throw error;
      key = await askForKey();
      if (!key) throw new Error('No key given.', { cause: error });
    }
  }
}

function makeInspector(setup, use) {
  const wrong = problem();
  const result = el('div', {});
  const inspect = async () => {
    wrong.show('');
    const answer = await mintWithKey(setup.read());
    const token = getToken(answer);
    const claims = readClaims(token);
    result.replaceChildren(
      facts([['Expires', formatTime(answer.expiresAt)], ['Provider', answer.provider], ['Model', answer.model], ['Voice', answer.metadata?.voice ?? answer.voice]]),
      el('h3', {}, 'Answer'), el('pre', { tabindex: '0', 'aria-label': 'Answer' }, formatJson(redact(answer))),
      ...(claims ? [el('h3', {}, 'Claims'), el('p', { class: 'hint' }, 'Signed, not encrypted: whoever has the token can read them.'),
        el('pre', { tabindex: '0', 'aria-label': 'Claims' }, formatJson(claims))] : []),
      el('div', { class: 'actions' }, copyButton('Copy token', 'Token', () => token),
        action('Talk with this token', async () => {
          use(answer);
          announce('The next session begins with this token.');
        })));
  };
  return panel('Token', el('div', { class: 'actions' }, action('Generate and inspect token', inspect, { fail: (error) => wrong.show(error.message) })),
    wrong.element, result);
}

function makeBench(workbench) {
  const state = el('div', { 'aria-live': 'polite' });
  const log = el('ol', { class: 'log' });
  const render = () => {
    const { note, counter, flag } = workbench.state;
    state.replaceChildren(facts([['Note', note || '(empty)'], ['Counter', el('output', { id: 'counter' }, String(counter))], ['Flag', badge(flag ? 'On' : 'Off', flag ? 'good' : '')]]));
    log.replaceChildren(...workbench.log.map(({ name, argumentsText, result }) => el('li', {}, el('code', {}, `${name}(${argumentsText}) → ${JSON.stringify(result)}`))));
  };
  workbench.addEventListener('change', render);
  render();
  return panel('Sample tools', el('p', { class: 'hint' }, 'read_state, set_note, add_to_counter and toggle_flag run in this page, besides get_weather and set_light. Their last eight calls are shown below.'),
    state, log, el('div', { class: 'actions' }, action('Reset', async () => workbench.reset())));
}

export async function show(view) {
  const workbench = new Workbench();
  const setup = makeSetup(await listApps());
  await setup.follow();
  const conversationView = makeConversationView();
  let prepared = null;

  const begin = async () => {
    const answer = prepared ?? await mintWithKey(setup.read());
    prepared = null;
    if (answer.provider && answer.provider !== HERE)
      throw new Error(`The app’s sessions are at ${answer.provider}: the Test Lab talks with this server only.`);
    return { token: getToken(answer), instructions: answer.systemInstructions, agent: setup.read().agent };
  };
  const conversation = new Conversation(conversationView, workbench, begin);
  const use = (answer) => {
    conversation.end();
    prepared = answer;
    conversationView.message.focus();
  };

  view.append(heading(title, 'Talk with the server as a client of an app would.'),
    el('div', { class: 'lab' },
      el('div', { class: 'stack' }, conversationView.elements),
      el('div', { class: 'stack' }, setup.element, makeInspector(setup, use), makeBench(workbench))));
  return () => {
    conversation.leave();
    workbench.reset();
  };
}
