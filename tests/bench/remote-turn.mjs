// A spoken turn with a recogniser, a model and a voice that answer at once:
// what the server adds to what asking the three costs.
import http from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection } from '../lib/realtime.mjs';
import { append, silence } from '../lib/speech.mjs';
import { median, ms, row } from './bench.mjs';
import { CHUNK_MS, now, pin, startServices } from './services.mjs';

const TURNS = 100;
const WARM_UP = 10;

async function measure(interval) {
  const services = await startServices(4, interval);
  const daemon = await startDaemon({ env: services.env });
  pin(daemon.pid, 0);
  pin(services.pid, 1);
  pin(process.pid, 1);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  /** Asks until the first bytes of the answer's body are there. */
  const ask = (path, body) => new Promise((resolve, reject) => {
    const request = http.request({ port: services.port, host: '127.0.0.1', path: `/v1${path}`, method: 'POST', agent }, (answer) => {
      const rest = new Promise((end) => { answer.on('end', end); });
      answer.once('data', () => resolve({ rest }));
    });
    request.on('error', reject);
    request.end(body);
  });
  const connection = await RealtimeConnection.open(daemon.url, { dialect: 'ga' });
  connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
  await connection.next('session.updated');

  const utterance = silence(500);
  const calls = [];
  const turns = [];
  for (let turn = 0; turn < TURNS + WARM_UP; turn++) {
    let start = now();
    for (const [path, body] of [['/audio/transcriptions', utterance], ['/chat/completions', '{}']]) await (await ask(path, body)).rest;
    const { rest } = await ask('/audio/speech', '{}');
    const bare = now() - start;
    await rest;

    connection.send(append(utterance));
    start = now();
    connection.send({ type: 'input_audio_buffer.commit' });
    connection.send({ type: 'response.create' });
    const audio = await connection.next('response.output_audio.delta');
    if (turn >= WARM_UP) {
      calls.push(bare / 1000);
      turns.push((now() - start) / 1000);
    }
    await connection.next('response.done');
    await setTimeout(1);
    for (const { item } of connection.events.filter(({ type }) => type === 'conversation.item.added')) {
      connection.send({ type: 'conversation.item.delete', item_id: item.id });
      await connection.next('conversation.item.deleted');
    }
    connection.restart();
  }
  agent.destroy();
  await connection.close();
  await daemon.stop();
  await services.stop();
  return { bare: median(calls), turn: median(turns) };
}

const quick = await measure(0);
row('turn with three services: to first audio, and what asking them costs', `${ms(quick.turn)}, ${ms(quick.bare)}`, '');
row('turn with three services: what the server adds', ms(quick.turn - quick.bare), '2 ms');
const slow = await measure(CHUNK_MS);
row('the same with a voice that streams as slowly as it speaks', ms(slow.turn - slow.bare), '2 ms');
