import { appPath, get, patch } from '../lib/api.js';
import { copyButton } from '../lib/dialog.js';
import { action, announce, el, field, form, heading, input, link, panel, problem, select, submitButton } from '../lib/dom.js';
import { formatJson, formatTime } from '../lib/format.js';
import { deleteApp } from './apps.js';
import { applyFields, parseConfig, readFields } from './voice-settings.js';

export const title = 'App';

const PROVIDERS = [['', 'This server'], ['openai', 'OpenAI: its own realtime API'], ['grok', 'xAI: its own realtime API']];
const PRESETS = [['', 'None'], ['aggressive', 'Aggressive: answers soon'], ['balanced', 'Balanced'], ['conservative', 'Conservative: waits']];
const MODES = [['', 'The server’s own'], ['server_vad', 'By silence (server_vad)'], ['semantic_vad', 'By meaning (semantic_vad)'],
  ['client_vad', 'The client detects speech (client_vad)'], ['disabled', 'The client commits turns (disabled)'], ['none', 'The client asks for answers (none)']];

/** With what else the app may have, as an alias of a provider. */
const choose = (options, value) => select(options.some(([known]) => known === value) ? options : [...options, [value, value]], value);

const number = (min, max, step) => input({ type: 'number', min, max, step, inputmode: 'decimal' });

function makeControls(fields) {
  return {
    provider: choose(PROVIDERS, fields.provider),
    model: input({ placeholder: 'the server’s own' }),
    voice: input({ placeholder: 'the server’s own' }),
    speakingRate: number('0.25', '1.5', 'any'),
    language: input({ placeholder: 'en' }),
    instructions: el('textarea', { rows: '5' }),
    greeting: el('textarea', { rows: '2' }),
    preset: choose(PRESETS, fields.preset),
    detection: choose(MODES, fields.detection),
    threshold: number('0', '1', 'any'),
    prefixPadding: number('0', '10000', '1'),
    silence: number('0', '60000', '1'),
    maxDuration: number('1000', null, '1'),
    maxIdle: number('1000', null, '1'),
    origins: el('textarea', { rows: '3', spellcheck: 'false', placeholder: 'https://shop.example' }),
  };
}

function layout(controls) {
  const server = el('div', { class: 'columns' },
    field('Threshold', controls.threshold, 'Probability that counts as speech, 0 to 1.'),
    field('Prefix padding (ms)', controls.prefixPadding, 'Kept from before the start of speech.'),
    field('Silence (ms)', controls.silence, 'Ends a turn.'));
  const follow = () => { server.hidden = !['', 'server_vad'].includes(controls.detection.value); };
  controls.detection.addEventListener('change', follow);
  return {
    follow,
    elements: [
      el('fieldset', {}, el('legend', {}, 'Connection'), el('div', { class: 'columns' },
        field('Provider', controls.provider), field('Model', controls.model), field('Voice', controls.voice), field('Language', controls.language, 'A code: en, de, pt-BR.'),
        field('Speaking rate', controls.speakingRate, '1 is as the voice was made.'))),
      el('fieldset', {}, el('legend', {}, 'Behavior'),
        field('System instructions', controls.instructions, 'They go before what the client says. Left empty, they follow from the client’s routes and actions.'),
        field('Initial greeting', controls.greeting, 'What the model is told to begin with. Left empty, the caller begins.')),
      el('fieldset', {}, el('legend', {}, 'Turn detection'), el('div', { class: 'columns' }, field('Mode', controls.detection), field('Timing preset', controls.preset, 'Counts where no mode is chosen.')), server),
      el('fieldset', {}, el('legend', {}, 'Limits'), el('div', { class: 'columns' },
        field('Longest call (ms)', controls.maxDuration), field('Longest idle time (ms)', controls.maxIdle, 'Nobody speaks or writes for so long: the session ends.'))),
      el('fieldset', {}, el('legend', {}, 'Access'),
        field('Allowed origins', controls.origins, 'One a line; https://*.shop.example stands for all hosts below. Left empty, any page may ask for tokens with a key.')),
    ],
  };
}

/** @param save gets a runtimeConfig, resolves to the app as it is now */
function settings(app, save) {
  let config = app.runtimeConfig ?? {};
  const controls = makeControls(readFields(config));
  const { elements, follow } = layout(controls);
  const review = el('pre', { tabindex: '0', 'aria-label': 'What will be saved' });
  const raw = el('textarea', { rows: '14', class: 'code', spellcheck: 'false' });
  const rawProblem = problem();

  const collect = () => applyFields(config, Object.fromEntries(Object.entries(controls).map(([name, { value }]) => [name, value])));
  const preview = () => { review.textContent = formatJson(collect()); };
  const restore = () => {
    for (const [name, value] of Object.entries(readFields(config))) controls[name].value = value;
    raw.value = formatJson(config);
    rawProblem.show('');
    follow();
    preview();
  };
  const keep = async (next) => {
    config = (await save(next)).runtimeConfig ?? {};
    restore();
    announce('The settings are saved. They hold for tokens that are made from now on.');
  };

  restore();
  const fields = form({ class: 'panel', 'aria-labelledby': 'voice-title' },
    [submitButton('Save settings'), el('button', { type: 'button', onclick: restore }, 'Restore')], () => keep(collect()),
    el('h2', { id: 'voice-title' }, 'Voice settings'), elements);
  fields.addEventListener('input', preview);
  fields.addEventListener('change', preview);
  return [
    fields,
    el('details', { class: 'panel' }, el('summary', {}, 'Review'), el('p', { class: 'hint' }, 'What the form above would save.'), review),
    el('details', { class: 'panel' }, el('summary', {}, 'Advanced'),
      field('Settings as JSON', raw, 'Everything that is kept of the app, whether the form has a field for it or not.'),
      rawProblem.element,
      el('div', { class: 'actions' },
        action('Check JSON', async () => { rawProblem.show(''); parseConfig(raw.value); announce('The JSON is well formed.'); }, { fail: (error) => rawProblem.show(error.message) }),
        action('Save JSON', async () => { rawProblem.show(''); await keep(parseConfig(raw.value)); }, { class: 'primary', fail: (error) => rawProblem.show(error.message) }),
        action('Reset from the form', async () => { raw.value = formatJson(collect()); rawProblem.show(''); }))),
  ];
}

export async function show(view, id) {
  const app = await get(appPath(id));
  document.title = `${app.name} · vowel-gst`;
  view.append(
    el('p', {}, link('apps', '← Apps')),
    heading(app.name, app.description,
      el('a', { class: 'button primary', href: `#/apps/${encodeURIComponent(id)}/keys` }, 'Manage keys'),
      el('a', { class: 'button', href: `#/agents?app=${encodeURIComponent(id)}` }, 'Agents'),
      action('Delete app', async () => { if (await deleteApp(app)) location.hash = '#/apps'; }, { class: 'danger' })),
    panel('App id', el('div', { class: 'inline' }, el('code', {}, app.id), copyButton('Copy app id', 'App id', () => app.id)),
      el('p', { class: 'hint' }, `Created ${formatTime(app.createdAt)}, changed ${formatTime(app.updatedAt)}.`)),
    ...settings(app, (runtimeConfig) => patch(appPath(id), { runtimeConfig })));
}
