import { get, post, put } from '../lib/api.js';
import { confirmDialog } from '../lib/dialog.js';
import { difference } from '../lib/difference.js';
import { action, announce, el, facts, field, heading, panel, problem, select } from '../lib/dom.js';
import { formatJson, formatTime } from '../lib/format.js';

export const title = 'Runtime configuration';

const parseJson = (text) => JSON.parse(text.trim() || '{}');

/** The editor's text and the tree that it means. The server does what concerns YAML. */
const formats = {
  json: {
    read: async (text) => {
      try {
        return parseJson(text);
      } catch (error) {
        throw new Error(`This is not JSON: ${error.message}`);
      }
    },
    write: async (config) => formatJson(config),
  },
  yaml: {
    read: async (text) => (await post('/config/convert', text, { type: 'application/yaml' })).config,
    write: async (config) => (await post('/config/convert', config)).yaml,
  },
};

function explain(error) {
  return error.param && !error.message.includes(error.param) ? `${error.param}: ${error.message}` : error.message;
}

function presetPanel(presets, use) {
  return panel('Presets', el('p', { class: 'hint' }, 'A preset is put into the editor; nothing is saved yet.'),
    el('ul', { class: 'plain stack' }, presets.map((preset) => el('li', { class: 'card' },
      el('div', {}, el('h3', {}, preset.name ?? preset.id), preset.description && el('p', { class: 'hint' }, preset.description)),
      el('div', { class: 'actions' }, action('Use', () => use(preset), { 'aria-label': `Use ${preset.name ?? preset.id}` }))))));
}

function merge(into, from) {
  for (const [name, value] of Object.entries(from)) {
    const inner = into[name];
    if (value && inner && typeof value === 'object' && typeof inner === 'object' && !Array.isArray(value)) merge(inner, value);
    else into[name] = structuredClone(value);
  }
  return into;
}

export async function show(view) {
  let [current, { presets }] = await Promise.all([get('/config'), get('/presets')]);
  let format = 'yaml';
  const text = el('textarea', { rows: '24', class: 'code', spellcheck: 'false', autocapitalize: 'off', id: 'configuration' });
  const about = el('div', {});
  const wrong = problem();
  const fail = (error) => {
    wrong.show(explain(error));
    text.setAttribute('aria-invalid', 'true');
  };
  const clear = () => {
    wrong.show('');
    text.removeAttribute('aria-invalid');
  };
  const describe = async () => {
    about.replaceChildren(facts([['File', current.path ?? 'none yet: Save makes one'], ['Changed', formatTime(current.lastUpdated)], ['Version', current.version]]));
    text.value = await formats[format].write(current.config);
  };
  const getChange = async () => difference(current.config, await formats[format].read(text.value));

  const chooser = select([['yaml', 'YAML'], ['json', 'JSON']], format);
  chooser.addEventListener('change', async () => {
    try {
      clear();
      const config = await formats[format].read(text.value);
      text.value = await formats[chooser.value].write(config);
      format = chooser.value;
    } catch (error) {
      chooser.value = format;
      fail(error);
    }
  });

  const validate = async () => {
    clear();
    const change = await getChange();
    await post('/config/validate', { config: change });
    announce(Object.keys(change).length ? 'The configuration is valid.' : 'The configuration is valid; nothing is changed.');
  };
  const save = async () => {
    clear();
    const change = await getChange();
    try {
      current = await put('/config', { config: change });
    } catch (error) {
      if (error.status !== 409 || !await confirmDialog('Save anyway', `${error.message} Your changes can be merged into it.`, 'Save anyway')) throw error;
      current = await put('/config?force=1', { config: change });
    }
    await describe();
    announce('The configuration is saved. It holds for sessions that begin now.');
  };
  const reload = async () => {
    clear();
    current = await post('/config/reload');
    await describe();
    announce('The file is read again.');
  };
  const usePreset = async (preset) => {
    clear();
    const config = merge(await formats[format].read(text.value), preset.config);
    text.value = await formats[format].write(config);
    text.focus();
    announce(`The preset ${preset.name ?? preset.id} is in the editor. Save it to use it.`);
  };

  await describe();
  view.append(
    heading(title, 'Everything that holds, secrets masked. Only what you change is written into the file; what you take out becomes what it is without the file.'),
    el('section', { class: 'panel', 'aria-label': 'Editor' }, about, field('Format', chooser), field('Configuration', text), wrong.element,
      el('div', { class: 'actions' }, action('Validate', validate, { fail }), action('Save', save, { class: 'primary', fail }), action('Reload', reload, { fail }))),
    presetPanel(presets, (preset) => usePreset(preset).catch(fail)));
}
