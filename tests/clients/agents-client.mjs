// SPDX-License-Identifier: LGPL-2.1-or-later
// A session of the agents SDK that keeps what happens in it, in the newest
// release and in the one that Vowel's own client is built on.
import WebSocket from 'ws';
import { until } from './until.mjs';

/** Why the SDK cannot be used here, or false. Debian 12's own Node.js is 18. */
export const skip = Number(process.versions.node.split('.')[0]) < 20 && 'the agents SDK needs Node.js 20';

const nothing = { tool: (definition) => definition };

async function load(name) {
  return skip ? nothing : import(name);
}

export const sdks = {
  '0.20.0': await load('@openai/agents-realtime'),
  '0.2.1': await load('@openai/agents-realtime-0.2'),
};

export const NEWEST = '0.20.0';
export const { tool } = sdks[NEWEST];

/**
 * @param version of the SDK
 * @param browser authenticate as a browser does, by subprotocol
 * @param options of the SDK's session
 */
export async function connectAgent(port, { version = NEWEST, tools = [], browser = false, options = {} } = {}) {
  const { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession } = sdks[version];
  const url = `ws://127.0.0.1:${port}/v1/realtime`;
  const transport = new OpenAIRealtimeWebSocket({
    url,
    useInsecureApiKey: true,
    ...(browser && {
      createWebSocket: async ({ apiKey }) => new WebSocket(url, ['realtime', `openai-insecure-api-key.${apiKey}`, 'openai-agents-sdk.0']),
    }),
  });
  const agent = new RealtimeAgent({ name: 'a', instructions: 'Be brief.', tools });
  const session = new RealtimeSession(agent, { transport, model: 'm', ...options });
  const client = {
    version,
    session,
    errors: [],
    audio: 0,
    interrupted: 0,
    guardrails: [],
    toolEnds: [],
    events: [],
    /** What the SDK shows as said, by either side. */
    texts: () => session.history.map((item) => item.content?.map((part) => part.transcript ?? part.text).join(' ')),
    count: (type) => client.events.filter((event) => event.type === type).length,
    last: (type) => client.events.findLast((event) => event.type === type),
  };
  session.on('error', (error) => client.errors.push(error));
  session.on('audio', ({ data }) => { client.audio += data.byteLength; });
  session.on('audio_interrupted', () => { client.interrupted++; });
  session.on('agent_tool_end', (_context, _agent, _tool, result) => client.toolEnds.push(result));
  session.on('guardrail_tripped', (...args) => client.guardrails.push(args));
  session.on('transport_event', (event) => { if (event.event_id) client.events.push(event); });
  await session.connect({ apiKey: 'ek_test' });
  await until(() => client.count('session.updated') >= 2, 'both updates of the session');
  return client;
}
