// SPDX-License-Identifier: LGPL-2.1-or-later
// Anthropic: POST /v1/messages and GET /v1/models. What is answered is decided as
// in chat.mjs.
import { answerTo, describeImage, words } from './chat.mjs';
import { KEY } from './server.mjs';

class Problem extends Error {
  constructor(status, type, message) {
    super(message);
    Object.assign(this, { status, type });
  }
}

const invalid = (message) => new Problem(400, 'invalid_request_error', message);

function refuse(response, { status, type, message }) {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_1' });
  response.end(JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' }));
}

// The vendor's newer clients send the key as a token.
function checkHeaders({ headers }) {
  const key = headers['x-api-key'] ?? /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1];
  if (key === undefined) throw new Problem(401, 'authentication_error', 'x-api-key header is required');
  // As careless as can be: the key comes back in the message.
  if (key !== KEY) throw new Problem(401, 'authentication_error', `invalid x-api-key: ${key}`);
  if (headers['anthropic-version'] === undefined) throw invalid('anthropic-version: header is required');
  if (!['2023-06-01', '2026-10-21'].includes(headers['anthropic-version'])) throw invalid(`anthropic-version: "${headers['anthropic-version']}" is not a valid version`);
}

const known = ['model', 'max_tokens', 'messages', 'stream', 'system', 'tools', 'tool_choice', 'temperature', 'thinking', 'output_config', 'stop_sequences',
  'metadata', 'service_tier', 'cache_control'];

function only(object, names, where = '') {
  for (const name of Object.keys(object)) if (!names.includes(name)) throw invalid(`${where}${name}: Extra inputs are not permitted`);
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function checkText(text, where) {
  if (typeof text !== 'string') throw invalid(`${where}: Input should be a valid string`);
  if (text.trim() === '') throw invalid(`${where}: text content blocks must contain non-whitespace text`);
}

const urlOf = ({ type, media_type: media, data, url }) => (type === 'base64' ? `data:${media};base64,${data}` : url);

function checkImage(block, role, where) {
  only(block, ['type', 'source', 'cache_control'], `${where}.`);
  if (role !== 'user') throw invalid(`${where}: \`image\` blocks can only be specified in \`user\` messages`);
  const names = { base64: ['type', 'media_type', 'data'], url: ['type', 'url'] }[block.source?.type];
  if (!names) throw invalid(`${where}.source: Input tag '${block.source?.type}' does not match any of the expected tags`);
  only(block.source, names, `${where}.source.`);
  if (describeImage(urlOf(block.source)) === undefined) throw invalid(`${where}.source: Could not process image`);
}

function checkBlock(block, role, where) {
  switch (block.type) {
    case 'text':
      only(block, ['type', 'text', 'cache_control'], `${where}.`);
      return checkText(block.text, where);
    case 'image':
      return checkImage(block, role, where);
    case 'tool_use':
      only(block, ['type', 'id', 'name', 'input', 'cache_control'], `${where}.`);
      if (role !== 'assistant') throw invalid(`${where}: \`tool_use\` blocks can only be specified in \`assistant\` messages`);
      if (!/^[a-zA-Z0-9_-]+$/.test(block.id ?? '')) throw invalid(`${where}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
      if (typeof block.name !== 'string') throw invalid(`${where}.tool_use.name: Field required`);
      if (!isObject(block.input)) throw invalid(`${where}.tool_use.input: Input should be a valid dictionary`);
      return undefined;
    case 'tool_result':
      only(block, ['type', 'tool_use_id', 'content', 'is_error', 'cache_control'], `${where}.`);
      if (role !== 'user') throw invalid(`${where}: \`tool_result\` blocks can only be specified in \`user\` messages`);
      return undefined;
    default:
      throw invalid(`${where}: Input tag '${block.type}' does not match any of the expected tags`);
  }
}

function checkMessages(messages) {
  if (!Array.isArray(messages) || messages.length === 0) throw invalid('messages: at least one message is required');
  let open = [];
  for (const [i, message] of messages.entries()) {
    const where = `messages.${i}`;
    only(message, ['role', 'content'], `${where}.`);
    const { role } = message;
    if (role !== 'user' && role !== 'assistant') throw invalid(`${where}: Unexpected role "${role}". The Messages API accepts a top-level \`system\` parameter`);
    if (i === 0 && role !== 'user') throw invalid(`${where}: first message must use the "user" role`);
    if (i > 0 && role === messages[i - 1].role) throw invalid('messages: roles must alternate between "user" and "assistant"');
    const content = typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content;
    if (!Array.isArray(content) || content.length === 0) throw invalid(`${where}: content must not be empty`);
    content.forEach((block, n) => checkBlock(block, role, `${where}.content.${n}`));
    if (role === 'user') {
      const results = content.filter((block) => block.type === 'tool_result').map((block) => block.tool_use_id);
      const stray = results.find((id) => !open.includes(id));
      if (stray !== undefined) throw invalid(`${where}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}`);
      const missing = open.find((id) => !results.includes(id));
      if (missing !== undefined) throw invalid(`messages.${i - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing}`);
      if (content.slice(0, results.length).some((block) => block.type !== 'tool_result')) throw invalid(`${where}: \`tool_result\` blocks must come first`);
      open = [];
    } else {
      open = content.filter((block) => block.type === 'tool_use').map((block) => block.id);
      if (new Set(open).size !== open.length) throw invalid(`${where}: \`tool_use\` ids must be unique`);
    }
  }
  if (messages.at(-1).role !== 'user') throw invalid('This model does not support assistant message prefill. The conversation must end with a user message.');
}

function checkTools(body) {
  const used = body.messages.some(({ content }) => Array.isArray(content) && content.some((block) => block.type.startsWith('tool_')));
  if (body.tools === undefined) {
    if (used) throw invalid('Requests which include `tool_use` or `tool_result` blocks must define tools.');
    if (body.tool_choice !== undefined) throw invalid('tool_choice may only be specified while providing tools');
    return;
  }
  for (const [i, tool] of body.tools.entries()) {
    only(tool, ['name', 'description', 'input_schema', 'cache_control'], `tools.${i}.`);
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name ?? '')) throw invalid(`tools.${i}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
    if (tool.input_schema?.type !== 'object') throw invalid(`tools.${i}.input_schema.type: Field required`);
  }
  const names = body.tools.map((tool) => tool.name);
  if (new Set(names).size !== names.length) throw invalid('tools: Tool names must be unique.');
  const choice = body.tool_choice;
  if (choice === undefined) return;
  const extra = { auto: ['disable_parallel_tool_use'], any: ['disable_parallel_tool_use'], tool: ['name', 'disable_parallel_tool_use'], none: [] }[choice.type];
  if (!extra) throw invalid(`tool_choice: Input tag '${choice.type}' found using 'type' does not match any of the expected tags`);
  only(choice, ['type', ...extra], 'tool_choice.');
  if (choice.type === 'tool' && !names.includes(choice.name)) throw invalid(`Tool '${choice.name}' not found in provided tools`);
}

// The newer version of the API has none, and for the newer models neither has the older.
function checkTemperature({ model, temperature }, version) {
  if (version !== '2023-06-01') throw invalid('temperature: Extra inputs are not permitted');
  if (!(temperature >= 0 && temperature <= 1)) throw invalid('temperature: range: 0..1');
  if (temperature !== 1 && !/^claude-(3|haiku-4|sonnet-4|opus-4-[0-6])/.test(model)) throw invalid('`temperature` is not supported by this model');
}

function check(request, raw) {
  let body;
  checkHeaders(request);
  if (!/^application\/json/.test(request.headers['content-type'] ?? '')) throw invalid('the body must be application/json');
  try {
    body = JSON.parse(raw.toString());
  } catch {
    throw invalid('The request body is not valid JSON');
  }
  only(body, known);
  if (typeof body.model !== 'string' || body.model === '') throw invalid('model: Field required');
  if (body.model === 'no-such-model') throw new Problem(404, 'not_found_error', `model: ${body.model}`);
  if (!Number.isInteger(body.max_tokens)) throw invalid('max_tokens: Field required');
  if (body.max_tokens < 1) throw invalid('max_tokens: must be greater than or equal to 1');
  if (body.temperature !== undefined) checkTemperature(body, request.headers['anthropic-version']);
  if (body.thinking !== undefined && !['adaptive', 'disabled', 'enabled'].includes(body.thinking.type)) throw invalid('thinking: does not match any of the expected tags');
  if (body.output_config?.effort !== undefined && !['low', 'medium', 'high', 'xhigh', 'max'].includes(body.output_config.effort))
    throw invalid("output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'");
  if (body.system !== undefined) checkText(body.system, 'system');
  checkMessages(body.messages);
  checkTools(body);
  return body;
}

function answerOf({ messages }) {
  const { content } = messages.at(-1);
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const results = blocks.filter((block) => block.type === 'tool_result').map((block) => block.content);
  if (results.length > 0) return { text: `The tool says: ${results.join(' and ')}.`, calls: [] };
  const shown = blocks.filter((block) => block.type === 'image').map(({ source }) => ` [${describeImage(urlOf(source))}]`);
  return answerTo((blocks.findLast((block) => block.type === 'text')?.text ?? '') + shown.join(''));
}

const midStream = {
  'error-overloaded': 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"It broke"}}\n\n',
  'error-api': 'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"It broke"}}\n\n',
  'error-limit': 'event: error\ndata: {"type":"error","error":{"type":"rate_limit_error","message":"It broke"}}\n\n',
  garbage: 'event: content_block_delta\ndata: {"type":"content_bl\n\n',
  binary: 'data: \xff\xfe\x00\n\n',
  deep: `data: ${'['.repeat(5000)}\n\n`,
  huge: `data: ${'x'.repeat(2 * 1024 * 1024)}\n\n`,
};

const usage = { input_tokens: 3, cache_read_input_tokens: 4, cache_creation_input_tokens: 2, output_tokens: 1 };

function reasonOf(answer, faults) {
  for (const reason of ['refusal', 'max_tokens', 'pause_turn', 'model_context_window_exceeded']) if (faults.has(reason)) return reason;
  return answer.calls.length > 0 ? 'tool_use' : 'end_turn';
}

/** The events of a content block. */
function blockEvents(index, block, deltas) {
  return [
    { type: 'content_block_start', index, content_block: block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

function eventsOf(body, answer, faults) {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: body.model, content: [], stop_reason: null, stop_sequence: null, usage };
  const events = [{ type: 'message_start', message }, { type: 'ping' }];
  let index = 0;
  if (faults.has('thinking')) {
    const thought = [{ type: 'thinking_delta', thinking: 'They want ' }, { type: 'thinking_delta', thinking: 'something.' }, { type: 'signature_delta', signature: 'abc' }];
    events.push(...blockEvents(index++, { type: 'thinking', thinking: '', signature: '' }, thought), ...blockEvents(index++, { type: 'redacted_thinking', data: 'xyz' }, []));
  }
  if (answer.text !== '') {
    const cited = faults.has('odd') ? [{ type: 'citations_delta', citation: {} }, { type: 'to_come' }] : [];
    events.push(...blockEvents(index++, { type: 'text', text: '' }, [...cited, ...words(answer.text).map((text) => ({ type: 'text_delta', text }))]));
  }
  answer.calls.forEach(([name, args], i) => {
    const input = faults.has('whole-call') ? JSON.parse(args || '{}') : {};
    const pieces = faults.has('whole-call') ? [] : ['', ...args];
    events.push(...blockEvents(index++, { type: 'tool_use', id: `toolu_${i + 1}`, name, input }, pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece }))));
  });
  if (faults.has('odd')) events.splice(2, 0, { type: 'to_come' }, { type: 'ping' }, { type: 'content_block_delta', index: 99, delta: { type: 'input_json_delta', partial_json: '{' } });
  events.push({ type: 'message_delta', delta: { stop_reason: reasonOf(answer, faults), stop_sequence: null }, usage: { output_tokens: 5 } });
  if (!faults.has('no-stop')) events.push({ type: 'message_stop' });
  return events;
}

function render(body, answer, faults) {
  const pieces = eventsOf(body, answer, faults).map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  if (faults.has('comments')) pieces.unshift(': hello\n\n', ': hello\n\n');
  for (const [name, text] of Object.entries(midStream)) {
    if (faults.has(name)) pieces.splice(6, Infinity, text);
    if (faults.has(`${name}-first`)) pieces.splice(0, Infinity, text);
  }
  if (faults.has('no-blank')) pieces.push(pieces.pop().replace(/\n+$/, ''));
  return faults.has('crlf') ? pieces.map((piece) => piece.replaceAll('\n', '\r\n')) : pieces;
}

function whole(body, answer, faults) {
  const content = answer.text ? [{ type: 'text', text: answer.text }] : [];
  answer.calls.forEach(([name, args], i) => content.push({ type: 'tool_use', id: `toolu_${i + 1}`, name, input: JSON.parse(args || '{}') }));
  return JSON.stringify({ id: 'msg_1', type: 'message', role: 'assistant', model: body.model, content, stop_reason: reasonOf(answer, faults), stop_sequence: null, usage: { ...usage, output_tokens: 5 } });
}

export async function messages({ request, body: raw, response, faults }) {
  let body;
  try {
    body = check(request, raw);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return refuse(response, error);
  }
  const answer = answerOf(body);
  if (!body.stream || faults.has('whole')) {
    response.writeHead(200, { 'content-type': 'application/json' });
    return faults.send(response, [whole(body, answer, faults)]);
  }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.flushHeaders();
  return faults.send(response, render(body, answer, faults).map((piece) => Buffer.from(piece, faults.has('binary') ? 'latin1' : 'utf8')));
}

export function models({ request, response }) {
  try {
    checkHeaders(request);
  } catch (error) {
    return refuse(response, error);
  }
  const data = ['claude-haiku-5-5', 'm'].map((id) => ({ type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' }));
  response.writeHead(200, { 'content-type': 'application/json' });
  return response.end(JSON.stringify({ data, has_more: false, first_id: data[0].id, last_id: data.at(-1).id }));
}
