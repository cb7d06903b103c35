// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of docs/openai-compatibility.md against what the server does.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { clientEvents, documentFile, items, merge, nest, response, serverEvents, session, withTables } from './compatibility.mjs';
import { Driver, END } from './driver.mjs';
import { events as schemaEvents, fields as schemaFields, skipReason } from './schema.mjs';

test('the document has these tables', () => {
  const text = fs.readFileSync(documentFile, 'utf8');
  assert.equal(text, withTables(text), 'run node tests/protocol/compatibility.mjs');
});

const userText = { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] } };

/** What the engine is asked by a session after these events. */
async function outcome(dialect, ...events) {
  const { driver, client } = await Driver.connected(dialect);
  try {
    for (const event of events) await client.send(event);
    const failure = client.last('error')?.error;
    const asked = await driver.asked();
    await driver.run({ end: END.shutdown });
    client.check({ recordings: true });
    return { failure, asked, client };
  } finally {
    await driver.stop();
  }
}

const plain = new Map();
async function usual(dialect, ...events) {
  const key = JSON.stringify([dialect, events]);
  if (!plain.has(key)) plain.set(key, (await outcome(dialect, ...events)).asked);
  return plain.get(key);
}

function checkStatus(row, { failure, asked, client }, before) {
  if (row.status === 'refused') {
    assert.deepEqual([failure?.code, failure?.param], [row.code, row.param], JSON.stringify(failure));
    return;
  }
  assert.equal(failure, undefined, JSON.stringify(failure));
  const changes = row.shown
    ? row.shown(client.last('response.created').response, client.last('response.done')?.response)
    : asked !== before;
  assert.equal(changes, row.status === 'honoured', `\n${before}\nbecame\n${asked}`);
}

const inGa = ({ ga = true }) => ga;
const inBeta = ({ beta }) => beta !== null;

function forms(row) {
  const { name, beta = name, value, betaValue = value, base = {}, betaBase = base } = row;
  return [
    ...(inGa(row) ? [['ga', merge(base, nest(name, value))]] : []),
    ...(inBeta(row) ? [['beta', merge(betaBase, nest(beta, betaValue))]] : []),
  ].map(([dialect, fields]) => ({ dialect, fields, base: dialect === 'ga' ? base : betaBase }));
}

const update = (dialect, fields) => ({ type: 'session.update', event_id: 'e', session: { ...(dialect === 'ga' && { type: 'realtime' }), ...fields } });
const create = (fields) => ({ type: 'response.create', event_id: 'e', ...(fields && { response: fields }) });

for (const row of session)
  for (const { dialect, fields, base } of forms(row))
    test(`session: ${row.title ?? row.name} is ${row.status} (${dialect})`, async () => {
      const refused = row.status === 'refused';
      const before = refused || await usual(dialect, userText, update(dialect, base), create());
      checkStatus(row, await outcome(dialect, userText, update(dialect, fields), ...(refused ? [] : [create()])), before);
    });

for (const row of response)
  for (const { dialect, fields } of forms(row))
    test(`response.create: ${row.title ?? row.name} is ${row.status} (${dialect})`, async () => {
      const offer = update(dialect, { tools: [{ type: 'function', name: 'other' }] });
      const before = await usual(dialect, userText, offer, create());
      checkStatus(row, await outcome(dialect, userText, offer, create(fields)), before);
    });

for (const row of items)
  for (const dialect of row.ga ? ['ga'] : ['ga', 'beta'])
    test(`item: ${row.name} is ${row.status} (${dialect})`, async () => {
      const item = dialect === 'beta' ? row.betaValue ?? row.value : row.value;
      const { driver, client } = await Driver.connected(dialect);
      try {
        const added = (one) => ({ type: 'conversation.item.create', event_id: 'e', item: one });
        if (row.after) await client.send(added(row.after));
        await client.send(added(item));
        const failure = client.last('error')?.error;
        if (row.status === 'refused') {
          checkStatus(row, { failure });
          return;
        }
        await driver.engine('transcribed', 1, 'heard').catch(() => {});
        await client.send(create());
        checkStatus(row, { failure: client.last('error')?.error, asked: await driver.asked(), client }, await usual(dialect, ...(row.after ? [added(row.after)] : []), create()));
      } finally {
        await driver.stop();
      }
    });

// What each event does is proven elsewhere; here, that the server knows it.
for (const row of clientEvents)
  for (const dialect of ['ga', 'beta'])
    test(`event: ${row.name} (${dialect})`, async () => {
      const { failure } = await outcome(dialect, { type: row.name, event_id: 'e' });
      const known = row.status === 'honoured' && (dialect === 'beta' || row.ga !== false);
      assert.equal(failure?.param !== 'type', known, JSON.stringify(failure));
    });

test('server events: their names are in the code, or are not', () => {
  const folder = path.join(process.env.VOWEL_SRCDIR, 'src/protocol/openai');
  const code = fs.readdirSync(folder).filter((name) => name.endsWith('.c')).map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).join('')
    .replaceAll('TRANSCRIPTION "', '"conversation.item.input_audio_transcription.');
  const gaOnly = (name) => name !== 'conversation.item.created'; // beta's
  for (const { name, sent } of serverEvents.filter(({ name }) => gaOnly(name)))
    assert.equal(code.includes(`"${name}"`), sent, name);
});

test('no event of the schema is missing', { skip: skipReason }, () => {
  const known = (rows) => new Set(rows.map(({ name }) => name));
  for (const name of schemaEvents('ga', 'client').concat(schemaEvents('beta', 'client'))) assert.ok(known(clientEvents).has(name), name);
  for (const name of schemaEvents('ga', 'server')) assert.ok(known(serverEvents).has(name), name);
});

/** Whether a row speaks of a field: itself, what is in it, or what it lists. */
function covered(field, rows, nameOf) {
  return rows.some((row) => [nameOf(row), ...(row.covers ?? [])]
    .some((name) => name && (field === name || field.startsWith(`${name}.`) || field.startsWith(`${name}[`) || (name.endsWith('[]') && field.startsWith(name)))));
}

for (const [definition, rows, dialect, prefix] of [
  ['RealtimeSessionCreateRequestGA', session, 'ga', ''],
  ['RealtimeTranscriptionSessionCreateRequestGA', session, 'ga', ''],
  ['RealtimeResponseCreateParams', response, 'ga', ''],
  ['beta.SessionUpdate', session, 'beta', ''],
  ['beta.transcription_session.update', session, 'beta', 'session.'],
  ['beta.response.create', response, 'beta', 'response.'],
])
  test(`no field of ${definition} is missing`, { skip: skipReason }, () => {
    const nameOf = ({ name, ga = true, beta = name }) => (dialect === 'ga' ? ga && name : beta);
    const missing = schemaFields(definition)
      .filter((field) => field.startsWith(prefix))
      .map((field) => field.slice(prefix.length))
      .filter((field) => !covered(field, rows, nameOf));
    assert.deepEqual(missing, []);
  });
