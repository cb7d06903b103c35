// SPDX-License-Identifier: LGPL-2.1-or-later
// Traces of turns, as an OpenTelemetry collector gets them.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { once } from 'node:events';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';

const SECRET = 'canary-key-of-the-collector';

/** As strict about OTLP's JSON as the protocol is: ids in hex, times and integers as text. */
class Collector {
  spans = [];
  requests = [];
  status = 200;
  #waiters = new Set();

  static async start() {
    const collector = new Collector();
    collector.server = createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      collector.#take(request, Buffer.concat(parts).toString());
      response.writeHead(collector.status, { 'Content-Type': 'application/json' }).end('{"partialSuccess":{}}');
    });
    collector.server.listen(0, '127.0.0.1');
    await once(collector.server, 'listening');
    collector.url = `http://127.0.0.1:${collector.server.address().port}`;
    return collector;
  }

  #take(request, text) {
    assert.deepEqual([request.method, request.url, request.headers['content-type']], ['POST', '/v1/traces', 'application/json']);
    const body = JSON.parse(text);
    this.requests.push({ headers: request.headers, status: this.status });
    if (this.status === 200) for (const span of read(body)) this.spans.push(span);
    for (const waiter of [...this.#waiters]) waiter();
  }

  until(probe) {
    return new Promise((resolve) => {
      const look = () => {
        if (!probe(this)) return;
        this.#waiters.delete(look);
        resolve();
      };
      this.#waiters.add(look);
      look();
    });
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

const members = (object, ...names) => assert.deepEqual(Object.keys(object).filter((name) => !names.includes(name)), []);

function attributes(list) {
  return Object.fromEntries(list.map(({ key, value, ...rest }) => {
    members(rest);
    const [[kind, content]] = Object.entries(value);
    assert.ok(kind === 'stringValue' || (kind === 'intValue' && /^\d+$/.test(content)), JSON.stringify(value));
    return [key, kind === 'intValue' ? Number(content) : content];
  }));
}

function* read(body) {
  members(body, 'resourceSpans');
  for (const { resource, scopeSpans } of body.resourceSpans) {
    const { 'service.name': service } = attributes(resource.attributes);
    for (const { scope, spans } of scopeSpans) {
      assert.equal(scope.name, 'vowel-gst');
      for (const span of spans) {
        members(span, 'traceId', 'spanId', 'parentSpanId', 'name', 'kind', 'startTimeUnixNano', 'endTimeUnixNano', 'attributes', 'status');
        assert.match(span.traceId, /^(?!0+$)[0-9a-f]{32}$/);
        assert.match(span.spanId, /^(?!0+$)[0-9a-f]{16}$/);
        for (const time of [span.startTimeUnixNano, span.endTimeUnixNano]) assert.match(time, /^\d{19}$/);
        assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano));
        yield { ...span, service, attributes: attributes(span.attributes) };
      }
    }
  }
}

let collector;
let daemon;
const env = () => ({
  ...fakeEngines, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: `x-key=${SECRET},x-more=a%20b`, OTEL_SERVICE_NAME: 'the-shop',
});
before(async () => {
  collector = await Collector.start();
  daemon = await startDaemon({ env: env() });
});
after(() => collector.stop());

async function ask(on = daemon) {
  const connection = await RealtimeConnection.open(`${on.url}?model=mine&output_lead_ms=0`, { dialect: 'ga' });
  connection.send(userText('canary-question'));
  connection.send({ type: 'response.create' });
  await connection.next('response.done');
  await connection.close();
  return connection.events.find(({ type }) => type === 'session.created').session.id;
}

test('a turn becomes a trace, without a word of what was said', async () => {
  const id = await ask();
  await collector.until(({ spans }) => spans.length >= 3);
  const [turn, ...parts] = collector.spans;
  assert.equal(turn.service, 'the-shop');
  assert.deepEqual([turn.name, turn.parentSpanId, turn.kind], ['turn', undefined, 2]);
  assert.equal(turn.attributes['gen_ai.conversation.id'], id);
  assert.equal(turn.attributes['vowel.turn.status'], 'completed');
  assert.equal(turn.attributes['vowel.api'], 'openai');
  assert.deepEqual(parts.map(({ name }) => name), ['chat mine', 'speech']);
  for (const part of parts) {
    assert.deepEqual([part.traceId, part.parentSpanId], [turn.traceId, turn.spanId]);
    assert.ok(BigInt(part.startTimeUnixNano) >= BigInt(turn.startTimeUnixNano));
    assert.ok(BigInt(part.endTimeUnixNano) <= BigInt(turn.endTimeUnixNano));
  }
  const chat = parts[0].attributes;
  assert.deepEqual([chat['gen_ai.operation.name'], chat['gen_ai.provider.name'], chat['gen_ai.request.model']], ['chat', 'fake', 'mine']);
  assert.ok(chat['gen_ai.usage.input_tokens'] > 0 && chat['gen_ai.usage.output_tokens'] > 0, JSON.stringify(chat));
  assert.ok(Math.abs(Number(BigInt(turn.startTimeUnixNano) / 1000000n) - Date.now()) < 60000);
  assert.deepEqual([collector.requests[0].headers['x-key'], collector.requests[0].headers['x-more']], [SECRET, 'a b']);
  assert.doesNotMatch(JSON.stringify(collector.spans), /canary/);
});

test('what a collector does not take now it gets later', async () => {
  collector.status = 503;
  const { length } = collector.requests;
  await ask();
  await collector.until(({ requests }) => requests.length > length);
  const before = collector.spans.length;
  collector.status = 200;
  await ask();
  await collector.until(({ spans }) => spans.length >= before + 6);
  assert.match(daemon.log, /does not take traces: status 503/);
});

test('the last turns are told before the server ends, and no key is in its log', async () => {
  const before = collector.spans.length;
  await ask();
  assert.equal(await daemon.stop(), 0);
  assert.equal(collector.spans.length, before + 3);
  assert.match(daemon.log, /takes traces again/);
  assert.ok(!daemon.log.includes(SECRET));
});

test('a collector that is not there costs nothing but a warning', async () => {
  const on = await startDaemon({ env: { ...env(), OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' } });
  await ask(on);
  assert.equal(await on.stop(), 0);
  assert.match(on.log, /does not take traces/);
});

test('an address or headers that are none', async () => {
  for (const [wrong, complaint] of [
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, /OTEL_EXPORTER_OTLP_ENDPOINT is "collector:4318", but must be the address/],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'a' }, /OTEL_EXPORTER_OTLP_HEADERS must be name=value/],
  ]) await assert.rejects(startDaemon({ env: { ...env(), ...wrong } }), complaint);
});
