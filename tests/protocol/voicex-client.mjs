// SPDX-License-Identifier: LGPL-2.1-or-later
// A client of Voicex's REST API that takes nothing but what Voicex sends: every answer is held against a schema that allows no
// other members.
import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020.js';

const id = { type: 'string', pattern: '^[0-9a-f]{24}$' };
const time = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' };
const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const nullable = (schema) => ({ anyOf: [schema, { type: 'null' }] });
const list = (items) => ({ type: 'array', items });
/** Members whose name ends with a question mark may be missing; no others may be there. */
function object(members) {
  const names = Object.keys(members);
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name.replace('?', ''), members[name]])),
    required: names.filter((name) => !name.endsWith('?')),
    additionalProperties: false,
  };
}

const limits = object({ maxAgents: count, maxConcurrentCalls: count, maxCallDurationSec: count, maxMonthlyMinutes: count });
const price = { type: 'number', minimum: 0 };
const pricing = object({ monthly: price, monthlyMaxDiscount: price, annual: price, annualMaxDiscount: price });
const features = object({ customProviders: { type: 'boolean' }, maxCustomProviders: count });
const user = object({ id, name: text, email: text, orgId: id, orgName: text, plan: text, role: { const: 'admin' } });
const status = { enum: ['active', 'pending'] };
const key = { _id: id, orgId: id, keyPrefix: { type: 'string', pattern: '^(vx_[0-9a-f]{7}|vkey_[0-9a-f]{5})$' }, name: text, scopes: list(text), lastUsedAt: nullable(time), createdAt: time, revokedAt: nullable(time) };
const newKey = { type: 'string', pattern: '^vx_[0-9a-f]{48}$' };
const agent = object({
  _id: id, orgId: id, name: text,
  persona: object({ systemPrompt: text, greeting: text, personality: text, language: text, guardrails: list(text) }),
  llmProviderId: id, llmModelId: text, llmConfig: object({ temperature: { type: 'number' }, maxTokens: count }),
  ttsProviderId: id, ttsModelId: text, ttsConfig: object({ speed: { type: 'number' } }),
  sttProviderId: id,
  thresholds: object({ silenceTimeoutMs: count, maxCallDurationSec: count, interruptionSensitivity: { enum: ['low', 'medium', 'high'] }, endpointingMs: count }),
  active: { type: 'boolean' }, createdAt: time, updatedAt: time,
  status: { enum: ['active', 'inactive', 'paused_provider', 'paused_plan'] }, 'pauseReason?': text,
});
const model = object({ modelId: text, label: text, description: text });
const category = { enum: ['llm', 'tts', 'stt'] };
const provider = object({ _id: id, orgId: nullable(id), category, providerKey: text, name: text, models: list(model), settings: { type: 'object' }, active: { type: 'boolean' }, createdAt: time, updatedAt: time });
const call = object({
  _id: id, orgId: id, agentId: id, sessionId: text, channel: { enum: ['web', 'phone'] }, status: { enum: ['active', 'completed', 'failed'] },
  startedAt: time, endedAt: nullable(time), durationSec: nullable(count),
  metrics: object({ ttfbMs: nullable(count), avgLatencyMs: nullable(count), totalTokens: count, ttsChars: count, interruptions: count, turnCount: count }),
  summary: nullable(text), sentiment: nullable({ enum: ['positive', 'neutral', 'negative'] }),
  transcript: list(object({ role: { enum: ['user', 'assistant'] }, content: text, timestamp: time })),
  metadata: object({ 'callerPhone?': text, 'userAgent?': text, 'ip?': text }), createdAt: time,
});
const setting = object({ key: text, label: text, type: text, required: { type: 'boolean' }, 'placeholder?': text });

export const schemas = {
  error: object({ error: text }),
  pending: object({ status: { const: 'pending' }, error: text }),
  ok: object({ ok: { const: true } }),
  health: object({ status: { const: 'ok' }, timestamp: count }),
  plans: list(object({ slug: text, name: text, description: text, pricing, limits, features })),
  setupStatus: object({ initialized: { type: 'boolean' } }),
  setup: object({ ok: { const: true }, orgId: id, orgName: text, apiKey: newKey, message: text }),
  signedUp: object({ status: { const: 'pending' }, message: text }),
  letIn: object({ status: { const: 'active' }, message: text, token: text, user, organization: object({ id, name: text, status }) }),
  signedIn: object({ token: text, user, organization: object({ id, name: text, status }) }),
  me: object({ user, orgStatus: status }),
  token: object({ token: text, expires_in: { const: 3600 }, token_type: { const: 'Bearer' } }),
  organization: object({ _id: id, name: text, planId: id, status, ownerEmail: text, createdAt: time, updatedAt: time, planSlug: text, planName: text, limits }),
  plan: object({ slug: text, name: text, description: text, pricing, limits, features, models: object({ llm: list(text), tts: list(text), stt: list(text) }) }),
  keys: list(object(key)),
  newKey: object({ ...key, key: newKey, rawKey: newKey }),
  agent,
  agents: list(agent),
  calls: list(call),
  call,
  count: object({ count }),
  stats: object({ totalCalls: count, activeCalls: count, totalMinutes: count, avgDurationSec: count, agentCount: count }),
  usage: list(object({ _id: id, orgId: id, date: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\d$' }, calls: count, minutes: count, ttsChars: count, llmTokens: count, sttSeconds: count })),
  models: object({
    items: list(object({ providerId: id, providerKey: text, providerName: text, modelId: text, label: text, description: text, category, source: { enum: ['platform', 'custom'] }, allowed: { type: 'boolean' }, 'requiredPlan?': text })),
    total: count, hasMore: { type: 'boolean' }, skip: count, limit: count,
  }),
  registry: list(object({ _id: id, category, providerKey: text, displayName: text, requiresKey: { type: 'boolean' }, models: list(model), settings: list(setting) })),
  provider,
  providers: list(provider),
  providerInUse: object({ error: text, agents: list(object({ id, name: text })) }),
};

const ajv = new Ajv();
const validators = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema)]));

/** Holds @body against the schema @name and returns it. */
export function check(name, body) {
  const validate = validators[name];
  assert.ok(validate(body), `${name}: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(body)}`);
  return body;
}

export class VoicexClient {
  constructor(origin, { apiKey, token } = {}) {
    this.origin = origin;
    this.headers = { ...(apiKey && { 'x-api-key': apiKey }), ...(token && { Authorization: `Bearer ${token}` }) };
  }

  async send(method, path, body, headers = {}) {
    const response = await fetch(this.origin + path, {
      method,
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...this.headers, ...headers },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  /** The body of an answer that must have this status and look like that. */
  async expect(status, schema, method, path, body) {
    const answer = await this.send(method, path, body);
    assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return check(schema, answer.body);
  }

  async refused(status, pattern, method, path, body) {
    const { error } = await this.expect(status, 'error', method, path, body);
    assert.match(error, pattern);
  }
}
