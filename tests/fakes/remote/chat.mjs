// SPDX-License-Identifier: LGPL-2.1-or-later
// POST /chat/completions. What the user says decides about the answer:
// "call NAME JSON[; NAME JSON…]" makes calls, everything else is repeated. Of
// a sub-agent's task that holds for what is to be done.
import { Refusal } from './server.mjs';

const bad = (message, param = null, code = null) => new Refusal(400, { message, param, code });

const known = new Set(['model', 'messages', 'stream', 'stream_options', 'tools', 'tool_choice', 'parallel_tool_calls', 'temperature', 'top_p',
  'max_tokens', 'max_completion_tokens', 'reasoning_effort', 'n', 'stop', 'seed', 'user', 'response_format', 'service_tier', 'frequency_penalty', 'presence_penalty']);
const extra = {
  openai: ['prompt_cache_key', 'verbosity'],
  groq: ['include_reasoning', 'reasoning_format'],
  openrouter: ['reasoning', 'provider', 'models', 'repetition_penalty'],
  ollama: [],
  'llama.cpp': ['chat_template_kwargs', 'cache_prompt'],
  vllm: ['chat_template_kwargs'],
  'openai-compatible': [],
};

function checkCall(call, where) {
  if (typeof call.id !== 'string' || call.id === '') throw bad(`Missing required parameter: '${where}.id'.`);
  if (call.type !== 'function') throw bad(`Invalid value: '${where}.type'.`);
  if (typeof call.function?.name !== 'string') throw bad(`Missing required parameter: '${where}.function.name'.`);
  if (typeof call.function.arguments !== 'string') throw bad(`Invalid type for '${where}.function.arguments'.`);
  try {
    JSON.parse(call.function.arguments);
  } catch {
    throw bad(`Invalid '${where}.function.arguments': not JSON.`);
  }
}

/** Models that take images are called after that here, besides the vendors' own. */
const seeing = /gpt-4o|gpt-4\.1|gpt-5|llama-4|llava|see/;

/** "image/png, 3 bytes", or the address; undefined for what no server takes. */
export function describeImage(url) {
  if (/^https?:\/\/\S+$/.test(url)) return url;
  const [, type, data] = /^data:(image\/(?:png|jpeg|webp|gif));base64,(.+)$/.exec(url) ?? [];
  if (data === undefined || Buffer.from(data, 'base64').toString('base64') !== data) return undefined;
  return `${type}, ${Buffer.from(data, 'base64').length} bytes`;
}

function checkPart(vendor, model, part, where) {
  if (part.type === 'text') {
    if (typeof part.text !== 'string' || part.text === '') throw bad(`Invalid '${where}.text'.`, where);
    return;
  }
  if (part.type !== 'image_url') throw bad(`Invalid value: '${part.type}'.`, `${where}.type`);
  if (!seeing.test(model) && vendor === 'openrouter') throw new Refusal(404, { message: 'No endpoints found that support image input' });
  if (!seeing.test(model)) throw bad('Invalid content type. image_url is only supported by certain models.', `${where}.type`);
  const { url, detail = 'auto', ...rest } = part.image_url ?? {};
  if (Object.keys(rest).length > 0) throw bad(`Unrecognized: ${Object.keys(rest)}`, where);
  if (!['auto', 'low', 'high'].includes(detail)) throw bad(`Invalid value: '${detail}'.`, `${where}.image_url.detail`);
  if (describeImage(url) === undefined) throw bad('Invalid image.', `${where}.image_url.url`, 'invalid_image_url');
}

function checkParts(vendor, model, { role, content }, where) {
  if (content.length === 0) throw bad(`Invalid '${where}': empty array.`, where);
  content.forEach((part, i) => {
    if (role !== 'user' && part.type !== 'text') throw bad(`Invalid value: '${part.type}'.`, `${where}[${i}].type`);
    checkPart(vendor, model, part, `${where}[${i}]`);
  });
}

function checkMessages(vendor, { model, messages }) {
  if (!Array.isArray(messages) || messages.length === 0) throw bad("Invalid 'messages': empty array.", 'messages');
  let open = new Set();
  for (const [i, message] of messages.entries()) {
    const where = `messages[${i}]`;
    if (!['system', 'developer', 'user', 'assistant', 'tool'].includes(message.role)) throw bad(`Invalid value: '${message.role}'.`, `${where}.role`);
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) throw bad("messages with role 'tool' must be a response to a preceding message with 'tool_calls'.", `${where}.role`);
      if (typeof message.content !== 'string') throw bad(`Invalid type for '${where}.content'.`);
      continue;
    }
    if (open.size > 0)
      throw bad(`An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. Missing: ${[...open]}`, where);
    if (message.role === 'assistant' && message.tool_calls !== undefined) {
      if (!Array.isArray(message.tool_calls) || message.tool_calls.length === 0) throw bad(`Invalid '${where}.tool_calls': empty array.`);
      message.tool_calls.forEach((call, n) => checkCall(call, `${where}.tool_calls[${n}]`));
      open = new Set(message.tool_calls.map((call) => call.id));
      if (open.size !== message.tool_calls.length) throw bad(`Duplicate ids in '${where}.tool_calls'.`);
    } else if (typeof message.content !== 'string' && !Array.isArray(message.content)) {
      throw bad(`Invalid value for 'content': expected a string, got ${message.content}.`, `${where}.content`);
    }
    if (Array.isArray(message.content)) checkParts(vendor, model, message, `${where}.content`);
  }
  if (open.size > 0) throw bad(`Missing tool messages: ${[...open]}`, 'messages');
}

function checkTools(body) {
  if (body.tools === undefined) {
    if (body.tool_choice !== undefined) throw bad("'tool_choice' is only allowed when 'tools' are specified.", 'tool_choice');
    return;
  }
  if (!Array.isArray(body.tools) || body.tools.length === 0) throw bad("Invalid 'tools': empty array.", 'tools');
  for (const [i, tool] of body.tools.entries()) {
    if (tool.type !== 'function') throw bad(`Invalid value: '${tool.type}'.`, `tools[${i}].type`);
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(tool.function?.name ?? '')) throw bad(`Invalid 'tools[${i}].function.name'.`);
    if (tool.function.parameters !== undefined && tool.function.parameters.type !== 'object')
      throw bad(`Invalid schema for function '${tool.function.name}': schema must be a JSON Schema of 'type: "object"'.`, `tools[${i}].function.parameters`, 'invalid_function_parameters');
  }
  const choice = body.tool_choice;
  if (choice === undefined || ['auto', 'none', 'required'].includes(choice)) return;
  if (choice.type !== 'function' || !body.tools.some((tool) => tool.function.name === choice.function?.name))
    throw bad(`Tool choice '${choice.function?.name}' not found in 'tools' parameter.`, 'tool_choice');
}

function checkGroq(body) {
  const effort = body.reasoning_effort;
  if (body.max_tokens !== undefined) throw bad("'max_tokens' is deprecated", 'max_tokens');
  if (body.include_reasoning !== undefined && body.reasoning_format !== undefined) throw bad('include_reasoning and reasoning_format are mutually exclusive');
  if (effort === undefined) return;
  const allowed = body.model.includes('gpt-oss') ? ['low', 'medium', 'high'] : body.model.includes('qwen3') ? ['none', 'default'] : [];
  if (!allowed.includes(effort)) throw bad(`reasoning_effort must be one of ${allowed}`, 'reasoning_effort');
}

function checkOpenai(body) {
  const reasons = /^(o\d|gpt-5)/.test(body.model);
  if (!reasons) return;
  if (body.max_tokens !== undefined) throw bad("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", 'max_tokens', 'unsupported_parameter');
  for (const name of ['frequency_penalty', 'presence_penalty'])
    if (body[name] !== undefined) throw bad(`Unsupported parameter: '${name}' is not supported with this model.`, name, 'unsupported_parameter');
  if (body.temperature !== undefined) throw bad("Unsupported value: 'temperature' does not support this value with this model.", 'temperature', 'unsupported_value');
}

const tiers = { openai: ['auto', 'default', 'flex', 'scale', 'priority'], groq: ['auto', 'on_demand', 'flex', 'performance'] };
const routes = ['order', 'only', 'ignore', 'allow_fallbacks', 'require_parameters', 'sort', 'data_collection', 'quantizations', 'max_price', 'zdr'];

const strings = (value) => Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && name !== '');

function checkOpenrouter({ provider, models, repetition_penalty: penalty = 1 }) {
  if (!(penalty > 0 && penalty <= 2)) throw bad('Invalid repetition_penalty');
  for (const name of ['order', 'only', 'ignore']) if (provider?.[name] !== undefined && !strings(provider[name])) throw bad(`Invalid provider.${name}`);
  for (const name of Object.keys(provider ?? {})) if (!routes.includes(name)) throw bad(`Unrecognized key: provider.${name}`);
  if (provider?.sort !== undefined && !['price', 'throughput', 'latency'].includes(provider.sort)) throw bad('Invalid provider.sort');
  if (models !== undefined && !strings(models)) throw bad('Invalid models');
}

function check(vendor, request, raw) {
  let body;
  if (!/^application\/json/.test(request.headers['content-type'] ?? '')) throw bad('you must provide a JSON body');
  try {
    body = JSON.parse(raw.toString());
  } catch {
    throw bad('We could not parse the JSON body of your request.');
  }
  for (const name of Object.keys(body))
    if (!known.has(name) && !extra[vendor].includes(name)) throw bad(`Unrecognized request argument supplied: ${name}`, name);
  if (typeof body.model !== 'string' || body.model === '') throw bad('you must provide a model parameter', 'model');
  if (body.model === 'no-such-model') throw new Refusal(404, { message: `The model \`${body.model}\` does not exist`, param: 'model', code: 'model_not_found' });
  if (body.stream_options !== undefined && body.stream !== true) throw bad("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options');
  for (const name of ['frequency_penalty', 'presence_penalty']) if (body[name] !== undefined && !(body[name] >= -2 && body[name] <= 2)) throw bad(`${name} out of range`, name);
  if (body.temperature !== undefined && !(body.temperature >= 0 && body.temperature <= 2)) throw bad('temperature out of range', 'temperature');
  checkMessages(vendor, body);
  checkTools(body);
  if (tiers[vendor] && body.service_tier !== undefined && !tiers[vendor].includes(body.service_tier)) throw bad(`Invalid value: '${body.service_tier}'.`, 'service_tier');
  if (vendor === 'openrouter') checkOpenrouter(body);
  if (vendor === 'groq') checkGroq(body);
  if (vendor === 'openai') checkOpenai(body);
  return body;
}

/** What is answered to what the user says: text, and calls [name, arguments]. */
export function answerTo(said) {
  if (said.startsWith('Your task: ')) return answerTo(JSON.parse(said.slice(11)).task);
  if (!said.startsWith('call ')) return { text: `You said: ${said}.`, calls: [] };
  const calls = said.slice(5).split('; ').map((call) => /^(\S+) ?(.*)$/s.exec(call).slice(1));
  return { text: '', calls };
}

const wordsOf = ({ text, image_url: image }) => text ?? ` [${[describeImage(image.url), image.detail].filter(Boolean).join(', ')}]`;

function answerOf(body) {
  const last = body.messages.at(-1);
  if (last.role === 'tool') {
    const results = [];
    for (let i = body.messages.length - 1; body.messages[i].role === 'tool'; i--) results.unshift(body.messages[i].content);
    return { text: `The tool says: ${results.join(' and ')}.`, calls: [] };
  }
  // Ids are unique in a conversation.
  const before = body.messages.reduce((n, { tool_calls: calls }) => n + (calls?.length ?? 0), 0);
  return { before, ...answerTo(typeof last.content === 'string' ? last.content : last.content.map(wordsOf).join('')) };
}

export const words = (text) => text.match(/\s*\S+/g) ?? [];

function callDeltas(calls, before, faults) {
  const deltas = [];
  calls.forEach(([name, args], i) => {
    const index = faults.has('no-index') ? {} : { index: faults.has('index0') ? 0 : i };
    const id = faults.has('no-id') ? {} : { id: `call_${before + i + 1}` };
    const part = (func, head) => ({ tool_calls: [{ ...index, ...(head ? { ...id, type: 'function' } : {}), function: func }] });
    if (faults.has('object-arguments')) {
      deltas.push(part({ name, arguments: JSON.parse(args || '{}') }, true));
    } else if (faults.has('whole-call')) {
      deltas.push(part({ name, arguments: args }, true));
    } else {
      deltas.push(part({ name, arguments: '' }, true));
      for (const letter of args) deltas.push(part({ ...(faults.has('repeat-name') ? { name } : {}), arguments: letter }, faults.has('repeat-name')));
    }
  });
  return deltas;
}

/** Calls as models write them that their server does not understand. */
const written = {
  'written-python': (calls) => `<|tool_call_start|>[${calls.map(([name, args]) => `${name}(${Object.entries(JSON.parse(args || '{}')).map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(', ')})`).join(', ')}]<|tool_call_end|>`,
  'written-json': (calls) => calls.map(([name, args]) => `<tool_call>\n{"name": "${name}", "arguments": ${args || '{}'}}\n</tool_call>`).join('\n'),
  'written-function': (calls) => calls.map(([name, args]) => `<function=${name}${args || '{}'}></function>`).join(''),
  'written-tagged': (calls) => calls.map(([name, args], i) => `functions.${name}:${i}<|tool_call_argument_begin|>${args || '{}'}<|tool_call_end|>`).join(''),
};

function deltasOf({ text, calls, before }, faults) {
  const style = Object.keys(written).find((name) => faults.has(name));
  if (style && calls.length > 0) return [{ role: 'assistant', content: 'Well. ' }, ...written[style](calls).match(/.{1,3}/gs).map((content) => ({ content }))];
  const deltas = [{ role: 'assistant', content: '' }];
  if (faults.has('reasoning')) deltas.push({ reasoning: 'They want ' }, { reasoning_content: 'something.' });
  if (faults.has('think')) deltas.push({ content: '<th' }, { content: 'ink>They want </th' }, { content: 'ink>\n\n' });
  if (faults.has('odd')) deltas.push(null, {}, { content: null }, { tool_calls: null });
  return [...deltas, ...words(text).map((content) => ({ content })), ...callDeltas(calls, before, faults)];
}

const midStream = {
  'error-openai': 'data: {"error":{"message":"It broke","type":"server_error","code":null}}\n\n',
  'error-groq': 'event: error\ndata: {"error":{"message":"It broke","type":"invalid_request_error","code":"x","status_code":500}}\n\n',
  'error-groq-call': `event: error\ndata: ${JSON.stringify({ error: { message: 'Failed to call a function', type: 'invalid_request_error', code: 'tool_use_failed', status_code: 400, failed_generation: '<function=weather>{"city":"Oslo"}' } })}\n\n`,
  'error-vllm': 'data: {"object":"error","message":"It broke","type":"InternalServerError","code":500}\n\n',
  'error-openrouter': 'data: {"id":"g1","object":"chat.completion.chunk","error":{"code":"server_error","message":"It broke"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}\n\n',
  'error-llamacpp': 'error: {"code":500,"message":"It broke","type":"server_error"}\n\n',
  garbage: 'data: {"choices":[{"delta\n\n',
  binary: 'data: \xff\xfe\x00\n\n',
  deep: `data: ${'['.repeat(5000)}\n\n`,
  huge: `data: ${'x'.repeat(2 * 1024 * 1024)}\n\n`,
};

/** The answer as lines of a stream. */
function render(body, answer, faults) {
  const usage = { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14, prompt_tokens_details: { cached_tokens: 4 } };
  const base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: body.model };
  const event = (object) => `data: ${JSON.stringify({ ...base, ...object })}\n\n`;
  const choice = (delta, reason = null) => ({ choices: [{ index: 0, delta, finish_reason: reason }] });
  const pieces = deltasOf(answer, faults).map((delta) => event(choice(delta)));
  const reason = answer.calls.length > 0 && !faults.has('finish-stop') ? 'tool_calls' : 'stop';
  const wantsUsage = body.stream_options?.include_usage && !faults.has('no-usage');

  if (faults.has('comments')) pieces.unshift(': OPENROUTER PROCESSING\n\n', ': OPENROUTER PROCESSING\n\n');
  if (faults.has('odd')) pieces.unshift(event({ choices: [] }), event({ choices: null }), 'id: 7\nretry: 100\n\n');
  pieces.push(event({ ...choice({}, reason), ...(wantsUsage && faults.has('usage-on-finish') ? { usage } : {}) }));
  if (wantsUsage && !faults.has('usage-on-finish')) pieces.push(event({ choices: [], usage }));
  if (!faults.has('no-done')) pieces.push('data: [DONE]\n\n');

  for (const [name, text] of Object.entries(midStream)) {
    if (faults.has(name)) pieces.splice(4, Infinity, text);
    if (faults.has(`${name}-first`)) pieces.splice(0, Infinity, text);
  }
  if (faults.has('no-blank')) pieces.push(pieces.pop().replace(/\n+$/, ''));
  if (faults.has('crlf')) return pieces.map((piece) => piece.replaceAll('\n', '\r\n'));
  if (faults.has('cr')) return pieces.map((piece) => piece.replaceAll('\n', '\r'));
  return pieces;
}

function whole(body, answer) {
  const message = { role: 'assistant', content: answer.text || null, refusal: null };
  if (answer.calls.length > 0)
    message.tool_calls = answer.calls.map(([name, args], i) => ({ id: `call_${answer.before + i + 1}`, type: 'function', function: { name, arguments: args } }));
  return JSON.stringify({
    id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: body.model,
    choices: [{ index: 0, message, finish_reason: answer.calls.length > 0 ? 'tool_calls' : 'stop' }],
    usage: { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14 },
  });
}

export async function chat({ vendor, request, body: raw, response, faults }) {
  const body = check(vendor, request, raw);
  const answer = answerOf(body);
  if (!body.stream || faults.has('whole')) {
    response.writeHead(200, { 'content-type': 'application/json' });
    return faults.send(response, [whole(body, answer)]);
  }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.flushHeaders();
  return faults.send(response, render(body, answer, faults).map((piece) => Buffer.from(piece, faults.has('binary') ? 'latin1' : 'utf8')));
}
