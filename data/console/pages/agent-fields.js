// An agent as the fields of a form, and back.

const ACTIONS = [['end_call', 'The call ends (end_call)'], ['transfer_call', 'It is put through (transfer_call)']];
const PROVIDER = 'As vowel-gst providers lists them. Empty: the server’s own.';

/** [where it is in an agent, its label, what kind of value it has, a hint], by section. */
export const SECTIONS = [
  ['Agent', [
    ['name', 'Name', 'required'],
    ['active', 'Takes calls', 'boolean'],
    ['language', 'Language', 'text', 'A code as en or de-AT; multi for whatever is spoken.'],
  ]],
  ['What it is', [
    ['prompt', 'Prompt', 'long', 'What it is to be and do. {{name}} is filled in by callers that bring variables.'],
    ['personality', 'Manner', 'text', 'A word: calm, professional.'],
    ['guardrails', 'Rules', 'lines', 'One a line.'],
    ['voiceStyle', 'Is also told how to answer for the ear', 'boolean'],
  ]],
  ['First message', [
    ['firstMessage.text', 'First message', 'long', 'Said word for word. Empty: the caller begins.'],
    ['firstMessage.guardMs', 'Not to be interrupted for (ms)', 'number'],
    ['firstMessage.outbound', 'Also when it is the one who calls', 'boolean'],
  ]],
  ['Model', [
    ['llm.provider', 'Provider', 'text', PROVIDER],
    ['llm.model', 'Model', 'text'],
    ['llm.temperature', 'Temperature', 'number', '0 to 2.'],
    ['llm.maxTokens', 'Most tokens of an answer', 'number'],
    ['fallbackLlm.provider', 'Stand-in: provider', 'text', 'Who answers when the first one fails.'],
    ['fallbackLlm.model', 'Stand-in: model', 'text'],
  ]],
  ['Voice', [
    ['voice.provider', 'Provider', 'text', PROVIDER],
    ['voice.model', 'Model', 'text'],
    ['voice.id', 'Voice', 'text'],
    ['voice.speed', 'Speed', 'number', '1 is as the voice was made.'],
    ['voice.stability', 'Stability', 'number'],
    ['voice.similarityBoost', 'Similarity boost', 'number'],
    ['voice.volume', 'Volume', 'number'],
  ]],
  ['Hearing', [
    ['stt.provider', 'Provider', 'text', PROVIDER],
    ['stt.model', 'Model', 'text'],
    ['stt.keyterms', 'What callers are likely to say', 'lines', 'One a line.'],
    ['stt.noiseCancel', 'Noise is taken out', 'boolean'],
    ['stt.noiseLevel', 'How much noise (0 to 100)', 'number'],
  ]],
  ['Turns', [
    ['turns.startMs', 'Speech before a turn has begun (ms)', 'number'],
    ['turns.stopMs', 'Silence that ends a turn (ms)', 'number'],
    ['turns.endpointingMs', 'The least of such silence (ms)', 'number'],
    ['turns.sensitivity', 'What interrupts it', [['speech', 'A voice, at once (speech)'], ['high', 'One character understood (high)'],
      ['medium', 'Two characters (medium)'], ['low', 'Five characters (low)']]],
  ]],
  ['Limits', [
    ['limits.maxCallSeconds', 'Longest call (s)', 'number'],
    ['limits.silenceMs', 'It asks after a silence of (ms)', 'number', '0: never.'],
    ['limits.silenceCount', 'Silences that end the call', 'number', '0: none.'],
    ['limits.timeoutAction', 'After the longest call', ACTIONS],
    ['limits.transferNumber', 'Put through to', 'text'],
    ['limits.silenceAction', 'After the silences', ACTIONS],
    ['limits.silenceTransferNumber', 'Then put through to', 'text'],
    ['limits.transferMessage', 'Said before it is put through', 'long'],
  ]],
  ['Calls', [
    ['summarize', 'Calls are summed up', 'boolean'],
    ['phoneNumberId', 'Id of the number that it answers', 'text'],
    ['dtmf', 'Keys that are pressed are told to the model', 'boolean'],
  ]],
];

const find = (object, path) => path.split('.').reduce((value, name) => value?.[name], object);

export const readField = (agent, path, kind) => {
  const value = find(agent, path);
  if (kind === 'lines') return value.join('\n');
  return kind === 'boolean' ? value : String(value ?? '');
};

function toValue(kind, content) {
  if (kind === 'boolean') return content;
  const text = content.trim();
  if (kind === 'lines') return text.split('\n').map((line) => line.trim()).filter(Boolean);
  if (text === '') return null;
  return kind === 'number' ? Number(text) : text;
}

/** A change of all fields. @param contents of the controls, by path */
export function makeChange(contents) {
  const change = {};
  for (const [path, kind] of SECTIONS.flatMap(([, fields]) => fields.map(([place, , type]) => [place, type]))) {
    const names = path.split('.');
    const last = names.pop();
    const parent = names.reduce((object, name) => (object[name] ??= {}), change);
    parent[last] = toValue(kind, contents[path]);
  }
  return change;
}

/** Of the editor of tools; throws what is wrong with it. */
export function parseTools(text) {
  try {
    return JSON.parse(text.trim() || '[]');
  } catch (error) {
    throw new Error(`The tools are not JSON: ${error.message}`, { cause: error });
  }
}
