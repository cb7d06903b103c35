// SPDX-License-Identifier: LGPL-2.1-or-later
// What the server makes of every event and field of OpenAI's protocol. The
// tables of docs/openai-compatibility.md are written from this, and
// compatibility.test.mjs holds it against what the server does:
//
//   node tests/protocol/compatibility.mjs     writes the tables
//
// honoured: it changes what the engines are asked or when; accepted: it is
// taken without an error, and what the protocol shows is shown again; refused:
// an error names it.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const H = 'honoured';
const A = 'accepted';
const R = 'refused';

/** {a: {b: value}} of "a.b". */
export function nest(name, value) {
  return name.split('.').reduceRight((inner, key) => ({ [key]: inner }), value);
}

/** Objects of both, joined. */
export function merge(a, b) {
  if (typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) || a === null || b === null) return b;
  const joined = { ...a };
  for (const [key, value] of Object.entries(b)) joined[key] = key in a ? merge(a[key], value) : value;
  return joined;
}

const tool = (extra = {}) => [{ type: 'function', name: 'weather', ...extra }];
const mcp = [{ type: 'mcp', server_label: 'x', server_url: 'https://example.org' }];
const DETECTION = 'audio.input.turn_detection';

/**
 * Fields of a session. `name` is GA's, `beta` another name there (null: none);
 * `value` what a test sends, `base` what it needs beside it, in GA's names
 * unless `betaValue` and `betaBase` are given; `covers` further fields of the
 * schema that the row speaks of.
 */
export const session = [
  { name: 'type', beta: null, value: 'realtime', status: A, note: 'required; `transcription` makes a session without answers' },
  { name: 'model', value: 'another', status: A, note: 'shown; the configured model answers' },
  { name: 'instructions', value: 'Be brief.', status: H },
  { name: 'output_modalities', beta: 'modalities', value: ['text'], status: H, note: 'beta: `["text"]` or `["audio","text"]`' },
  { name: 'audio.input.format', beta: 'input_audio_format', value: { type: 'audio/pcmu' }, betaValue: 'g711_ulaw', status: H, note: 'PCM also at other rates than 24000; such a one is not told, as the schema has no other' },
  { name: 'audio.input.transcription.model', beta: 'input_audio_transcription.model', value: 'm', status: A, note: 'shown; the configured recogniser transcribes, whether or not it is asked for' },
  { name: 'audio.input.transcription.language', beta: 'input_audio_transcription.language', value: 'de', status: H, note: 'by recognisers that have a choice' },
  { name: 'audio.input.transcription.languages', beta: 'input_audio_transcription.languages', value: ['de'], status: H, note: 'the first, when there is no `language`' },
  { name: 'audio.input.transcription.prompt', beta: 'input_audio_transcription.prompt', value: 'p', status: H, note: 'by recognisers that take one' },
  { name: 'audio.input.transcription.keywords', beta: 'input_audio_transcription.keywords', value: ['k'], status: H, note: 'as key terms, or as part of the prompt' },
  { name: 'audio.input.transcription.delay', beta: 'input_audio_transcription.delay', value: 'low', status: A, note: 'shown' },
  { name: 'audio.input.noise_reduction', beta: 'input_audio_noise_reduction', value: { type: 'far_field' }, status: H, note: '`near_field`, `far_field` or null' },
  { name: DETECTION, beta: 'turn_detection', value: null, status: H, note: 'null: the client commits. `{"type":"none"}` and `{"type":"disabled"}` mean the same' },
  { name: `${DETECTION}.type`, beta: 'turn_detection.type', value: 'semantic_vad', status: H },
  { name: `${DETECTION}.threshold`, beta: 'turn_detection.threshold', value: 0.9, status: H, note: '`server_vad`; 0 to 1' },
  { name: `${DETECTION}.prefix_padding_ms`, beta: 'turn_detection.prefix_padding_ms', value: 100, status: H, note: '`server_vad`; to 5000' },
  { name: `${DETECTION}.silence_duration_ms`, beta: 'turn_detection.silence_duration_ms', value: 900, status: H, note: '`server_vad`; to 10000' },
  { name: `${DETECTION}.idle_timeout_ms`, beta: 'turn_detection.idle_timeout_ms', value: 6000, status: H, note: '`server_vad`; 5000 to 30000, null: off' },
  { name: `${DETECTION}.eagerness`, beta: 'turn_detection.eagerness', value: 'low', base: nest(`${DETECTION}.type`, 'semantic_vad'), betaBase: nest('turn_detection.type', 'semantic_vad'), status: H, note: '`semantic_vad`' },
  { name: `${DETECTION}.create_response`, beta: 'turn_detection.create_response', value: false, status: H },
  { name: `${DETECTION}.interrupt_response`, beta: 'turn_detection.interrupt_response', value: false, status: H },
  { name: 'audio.output.format', beta: 'output_audio_format', value: { type: 'audio/pcma' }, betaValue: 'g711_alaw', status: H },
  { name: 'audio.output.voice', beta: 'voice', value: 'v2', status: H, note: 'a name or `{"id": …}`; a name that the voice provider lacks is its default' },
  { name: 'audio.output.speed', beta: 'speed', value: 1.2, status: H, note: '0.25 to 1.5' },
  { name: 'tools', value: tool({ description: 'd', parameters: { type: 'object' } }), covers: ['tools[].type', 'tools[].name', 'tools[].description', 'tools[].parameters'], status: H, note: 'functions' },
  { name: 'tools', title: 'tools, of type `mcp`', value: mcp, covers: ['tools[]'], status: R, code: 'unsupported_parameter', param: 'session.tools[0].type' },
  { name: 'tool_choice', value: 'required', base: { tools: tool() }, status: H, covers: ['tool_choice.type', 'tool_choice.name'], note: '`auto`, `none`, `required` or a function' },
  { name: 'tool_choice', title: 'tool_choice, of type `mcp`', value: { type: 'mcp', server_label: 'x' }, covers: ['tool_choice.server_label'], status: R, code: 'invalid_value', param: 'session.tool_choice.type' },
  { name: 'parallel_tool_calls', beta: null, value: false, status: H, note: 'a wish to the model' },
  { name: 'reasoning', beta: null, value: { effort: 'low' }, status: A, note: 'shown' },
  { name: 'max_output_tokens', beta: 'max_response_output_tokens', value: 7, status: H, note: '1 to 4096 or `inf`' },
  { name: 'temperature', ga: false, beta: 'temperature', value: 0.9, status: H, note: 'beta only; 0.6 to 1.2' },
  { name: 'truncation', value: 'disabled', status: A, note: 'counts when the [context is full](conversations.md#long-conversations)' },
  { name: 'prompt', value: { id: 'pmpt_1' }, status: A, note: 'shown; no prompts are stored here' },
  { name: 'tracing', value: 'auto', status: A, note: 'shown; nothing is traced' },
  { name: 'include', value: ['item.input_audio_transcription.logprobs'], status: A, note: 'with the transcript, by recognisers that tell how sure they are' },
  { name: 'client_secret', ga: false, beta: 'client_secret', value: null, status: A, note: 'ignored' },
  { name: 'id', ga: false, beta: 'id', value: 'sess_x', covers: ['object', 'expires_at'], status: A, note: 'with `object` and `expires_at`: ignored' },
  { name: 'turn_detection', ga: true, beta: null, value: null, status: R, code: 'unknown_parameter', param: 'session.turn_detection', note: 'any flat field, once the connection speaks GA' },
  { name: 'audio', ga: false, beta: 'audio', value: {}, status: R, code: 'unknown_parameter', param: 'session.audio', note: 'any nested field, once it speaks beta' },
];

/** Fields of response.create. */
export const response = [
  { name: 'instructions', value: 'Be brief.', status: H },
  { name: 'output_modalities', beta: 'modalities', value: ['text'], status: H },
  { name: 'audio.output.format', beta: 'output_audio_format', value: { type: 'audio/pcma' }, betaValue: 'g711_alaw', status: H },
  { name: 'audio.output.voice', beta: 'voice', value: 'v2', status: H },
  { name: 'tools', value: tool(), covers: ['tools[].type', 'tools[].name', 'tools[].description', 'tools[].parameters'], status: H, note: 'instead of the session\'s, for this response' },
  { name: 'tools', title: 'tools, of type `mcp`', value: mcp, covers: ['tools[]'], status: R, code: 'unsupported_parameter', param: 'response.tools[0].type' },
  { name: 'tool_choice', value: 'none', covers: ['tool_choice.type', 'tool_choice.name'], status: H },
  { name: 'tool_choice', title: 'tool_choice, of type `mcp`', value: { type: 'mcp', server_label: 'x' }, covers: ['tool_choice.server_label'], status: R, code: 'invalid_value', param: 'response.tool_choice.type' },
  { name: 'parallel_tool_calls', beta: null, value: false, status: H, note: 'a wish to the model' },
  { name: 'reasoning', beta: null, value: { effort: 'low' }, status: A },
  { name: 'max_output_tokens', value: 7, status: H },
  { name: 'max_response_output_tokens', ga: false, beta: 'max_response_output_tokens', value: 7, status: H, note: 'beta\'s other name' },
  { name: 'temperature', ga: false, beta: 'temperature', value: 0.9, status: H },
  { name: 'conversation', value: 'none', status: H, shown: (created) => created.conversation_id === null, note: '`none`: out of band, besides others' },
  { name: 'metadata', value: { topic: 't' }, status: H, shown: (created) => created.metadata?.topic === 't', note: 'shown in `response.created` and `response.done`' },
  { name: 'prompt', value: { id: 'pmpt_1' }, status: A },
  { name: 'input', value: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Only this' }] }], covers: ['input[]'], status: H, note: 'instead of the conversation; items as below, and `item_reference`' },
];

const user = (part) => ({ type: 'message', role: 'user', content: [part] });

/**
 * Items, and what they hold. `after`: an item before it; `ga`: in GA
 * only.
 */
export const items = [
  { name: 'message, `system`, `input_text`', value: { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be kind.' }] }, status: H },
  { name: 'message, `user`, `input_text`', value: user({ type: 'input_text', text: 'Hello' }), status: H },
  { name: 'message, `user`, `input_audio`', value: user({ type: 'input_audio', audio: Buffer.alloc(4800).toString('base64') }), status: H, note: 'transcribed, as committed audio is' },
  { name: 'message, `user`, `input_audio` with `transcript` only', value: user({ type: 'input_audio', transcript: 'Hello' }), status: H },
  { name: 'message, `user`, `input_image`', value: user({ type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=' }), ga: true, status: H, note: 'shown to models that take images; refused in beta, which has none' },
  { name: 'message, `assistant`, `output_text` (beta: `text`)', value: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] }, betaValue: { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Hi' }] }, status: H },
  { name: 'message, `assistant`, `output_audio` with `audio` only', value: { type: 'message', role: 'assistant', content: [{ type: 'output_audio', audio: 'AAAA' }] }, status: R, code: 'missing_required_parameter', param: 'item.content[0].text' },
  { name: 'function_call', value: { type: 'function_call', call_id: 'c', name: 'weather', arguments: '{}' }, status: H },
  { name: 'function_call_output', after: { type: 'function_call', call_id: 'c', name: 'weather', arguments: '{}' }, value: { type: 'function_call_output', call_id: 'c', output: 'sunny' }, status: H, note: 'in any order, at any time, more than once' },
  { name: 'mcp_approval_response', value: { type: 'mcp_approval_response', approval_request_id: 'a', approve: true }, status: R, code: 'invalid_value', param: 'item.type', note: 'as every item of MCP' },
];

/** Client events. */
export const clientEvents = [
  { name: 'session.update', status: H, note: 'partial: what is absent stays' },
  { name: 'transcription_session.update', ga: false, status: H, note: 'as long as the conversation has not begun; GA: `session.update` with the type `transcription`' },
  { name: 'input_audio_buffer.append', status: H, note: 'to 15 MiB; samples may be cut in two' },
  { name: 'input_audio_buffer.commit', status: H, note: 'from 100 ms' },
  { name: 'input_audio_buffer.clear', status: H },
  { name: 'output_audio_buffer.clear', status: R, note: 'belongs to WebRTC and SIP' },
  { name: 'conversation.item.create', status: H, note: '`previous_item_id`: absent, `root`, or an item' },
  { name: 'conversation.item.retrieve', status: H, note: 'with the sound, where it was kept' },
  { name: 'conversation.item.truncate', status: H, note: 'more than there was is cut to it' },
  { name: 'conversation.item.delete', status: H },
  { name: 'response.create', status: H },
  { name: 'response.cancel', status: H },
];

const sent = (name, note = '') => ({ name, sent: true, note });
const never = (name, note) => ({ name, sent: false, note });

/** Server events, by their names in GA. */
export const serverEvents = [
  sent('session.created', 'with both shapes until a header-less client has shown its dialect'),
  sent('session.updated', 'always whole'),
  sent('conversation.created'),
  sent('conversation.item.added', 'beta: `conversation.item.created`'),
  never('conversation.item.created', 'in GA'),
  sent('conversation.item.done', 'GA'),
  sent('conversation.item.retrieved'),
  sent('conversation.item.truncated'),
  sent('conversation.item.deleted'),
  sent('conversation.item.input_audio_transcription.delta', 'whether or not transcription was asked for'),
  sent('conversation.item.input_audio_transcription.completed', '`usage` is a duration; `logprobs` when they are included and known'),
  never('conversation.item.input_audio_transcription.segment', 'no recogniser here tells speakers apart'),
  sent('conversation.item.input_audio_transcription.failed'),
  sent('input_audio_buffer.committed'),
  sent('input_audio_buffer.cleared'),
  sent('input_audio_buffer.speech_started'),
  sent('input_audio_buffer.speech_stopped'),
  sent('input_audio_buffer.timeout_triggered', 'GA; with `idle_timeout_ms`'),
  never('input_audio_buffer.dtmf_event_received', 'SIP'),
  never('output_audio_buffer.started', 'WebRTC, SIP'),
  never('output_audio_buffer.stopped', 'WebRTC, SIP'),
  never('output_audio_buffer.cleared', 'WebRTC, SIP'),
  sent('response.created'),
  sent('response.done', 'after every `response.created`, whatever happens'),
  sent('response.output_item.added'),
  sent('response.output_item.done'),
  sent('response.content_part.added'),
  sent('response.content_part.done'),
  sent('response.output_text.delta', 'beta: `response.text.delta`'),
  sent('response.output_text.done', 'beta: `response.text.done`'),
  sent('response.output_audio_transcript.delta', 'beta: `response.audio_transcript.delta`'),
  sent('response.output_audio_transcript.done', 'beta: `response.audio_transcript.done`'),
  sent('response.output_audio.delta', 'beta: `response.audio.delta`; 200 ms at most'),
  sent('response.output_audio.done', 'beta: `response.audio.done`'),
  sent('response.function_call_arguments.delta', 'at least one'),
  sent('response.function_call_arguments.done'),
  never('response.mcp_call_arguments.delta', 'MCP'),
  never('response.mcp_call_arguments.done', 'MCP'),
  never('response.mcp_call.in_progress', 'MCP'),
  never('response.mcp_call.completed', 'MCP'),
  never('response.mcp_call.failed', 'MCP'),
  never('mcp_list_tools.in_progress', 'MCP'),
  never('mcp_list_tools.completed', 'MCP'),
  never('mcp_list_tools.failed', 'MCP'),
  sent('rate_limits.updated', 'after every response; see [conversations.md](conversations.md#rate-limits)'),
  sent('error', 'with every key; `event_id` is that of the event refused'),
];

// The document

const code = (text) => (text.includes('`') ? text : `\`${text}\``);
const row = (...cells) => `| ${cells.join(' | ')} |`;

function fieldTable(rows) {
  return [
    row('GA', 'beta', 'is', ''), '|---|---|---|---|',
    ...rows.map(({ title, name, ga = true, beta = name, status, note = '' }) =>
      row(ga ? code(title ?? name) : '–', beta === null ? '–' : beta === name ? (title ? code(title) : code(name)) : code(beta), status, note)),
  ];
}

const tables = {
  'client events': () => [
    row('event', 'is', ''), '|---|---|---|',
    ...clientEvents.map(({ name, ga = true, status, note = '' }) => row(code(name) + (ga ? '' : ' (beta)'), status, note)),
  ],
  'fields of a session': () => fieldTable(session),
  'fields of response.create': () => fieldTable(response),
  'items': () => [row('item', 'is', ''), '|---|---|---|', ...items.map(({ name, status, note = '' }) => row(code(name), status, note))],
  'server events': () => [
    row('event', 'is', ''), '|---|---|---|',
    ...serverEvents.map(({ name, sent: is, note }) => row(code(name), is ? 'sent' : 'never sent', note)),
  ],
};

/** The document with its tables as they should be. */
export function withTables(text) {
  for (const [name, make] of Object.entries(tables)) {
    const begin = `<!-- ${name} -->\n`;
    const end = `<!-- end of ${name} -->`;
    const from = text.indexOf(begin);
    const to = text.indexOf(end);
    if (from < 0 || to < from) throw new Error(`no place for the table "${name}"`);
    text = `${text.slice(0, from + begin.length)}${make().join('\n')}\n${text.slice(to)}`;
  }
  return text;
}

export const documentFile = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../docs/openai-compatibility.md');

if (process.argv[1] === fileURLToPath(import.meta.url))
  fs.writeFileSync(documentFile, withTables(fs.readFileSync(documentFile, 'utf8')));
