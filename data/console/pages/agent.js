import { agentPath, get, patch } from '../lib/api.js';
import { copyButton } from '../lib/dialog.js';
import { action, announce, badge, checkbox, el, facts, field, form, heading, input, link, panel, select, submitButton } from '../lib/dom.js';
import { formatJson, formatTime } from '../lib/format.js';
import { SECTIONS, makeChange, parseTools, readField } from './agent-fields.js';
import { deleteAgent, labPlace } from './agents.js';

export const title = 'Agent';

function makeControl(label, kind, hint) {
  if (kind === 'boolean') {
    const { control, element } = checkbox(label, false);
    return { control, element };
  }
  const control = Array.isArray(kind) ? select(kind)
    : kind === 'long' || kind === 'lines' ? el('textarea', { rows: kind === 'long' ? '5' : '3' })
      : kind === 'number' ? input({ type: 'number', min: '0', step: 'any', inputmode: 'decimal' })
        : input({ required: kind === 'required' });
  return { control, element: field(label, control, hint) };
}

function makeForm() {
  const controls = {};
  const sections = SECTIONS.map(([legend, fields]) => {
    const parts = fields.map(([path, label, kind, hint]) => {
      const { control, element } = makeControl(label, kind, hint);
      controls[path] = { control, kind };
      return { element, wide: ['long', 'lines', 'boolean'].includes(kind) };
    });
    return el('fieldset', {}, el('legend', {}, legend),
      el('div', { class: 'columns' }, parts.filter(({ wide }) => !wide).map(({ element }) => element)),
      parts.filter(({ wide }) => wide).map(({ element }) => element));
  });
  return {
    sections,
    write(agent) {
      for (const [path, { control, kind }] of Object.entries(controls))
        control[kind === 'boolean' ? 'checked' : 'value'] = readField(agent, path, kind);
    },
    read: () => makeChange(Object.fromEntries(Object.entries(controls).map(([path, { control, kind }]) => (
      [path, kind === 'boolean' ? control.checked : control.value])))),
  };
}

export async function show(view, appId, id) {
  let agent = await get(agentPath({ appId, id }));
  const head = el('div', {});
  const tools = el('textarea', { rows: '10', class: 'code', spellcheck: 'false' });
  const { sections, read, write } = makeForm();

  const restore = () => {
    document.title = `${agent.name} · vowel-gst`;
    head.replaceChildren(heading(agent.name, null,
      agent.active ? el('a', { class: 'button primary', href: `#/${labPlace(agent)}` }, 'Talk') : badge('Inactive', 'warn'),
      action('Delete agent', async () => { if (await deleteAgent(agent)) location.hash = `#/agents?app=${encodeURIComponent(appId)}`; }, { class: 'danger' })));
    write(agent);
    tools.value = formatJson(agent.tools);
  };
  restore();
  view.append(
    el('p', {}, link(`agents?app=${encodeURIComponent(appId)}`, '← Agents')),
    head,
    ...(agent.hasDraft ? [el('p', { class: 'hint' }, 'What is shown is a draft that calls do not use yet. Saving it publishes it.')] : []),
    panel('Ids', facts([
      ['Id', el('span', { class: 'inline' }, el('code', {}, agent.id), copyButton('Copy id', 'Id', () => agent.id))],
      ['Of Voicex', el('code', {}, agent.hexId)],
      ['Created', formatTime(agent.createdAt)],
    ])),
    form({ class: 'panel', 'aria-label': 'Agent' }, [submitButton('Save agent'), el('button', { type: 'button', onclick: restore }, 'Restore')], async () => {
      agent = await patch(agentPath(agent), { ...read(), tools: parseTools(tools.value) });
      restore();
      announce('The agent is saved. It holds for calls that begin from now on.');
    }, sections,
    el('fieldset', {}, el('legend', {}, 'Tools'), field('Tools as JSON', tools,
      'A list of {name, description, parameters: [{name, dataType, description, required}], webhook: {url, secret}}. A secret is never shown; left out, it stays.'))));
}
