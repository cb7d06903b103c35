// A typed question: how long to the first audio, and what a turn costs.
import { setTimeout } from 'node:timers/promises';
import { startDaemon } from '../lib/daemon.mjs';
import { RealtimeConnection, userText } from '../lib/realtime.mjs';
import { cpuTime, median, ms, row } from './bench.mjs';

const TURNS = 300;
const WARM_UP = 30;
// All at once: what is measured is the server's own time, not the playing.
const daemon = await startDaemon({ env: { VOWEL_OUTPUT_LEAD_MS: '0', STT_PROVIDER: 'fake', LLM_PROVIDER: 'scripted', TTS_PROVIDER: 'fake' } });
const connection = await RealtimeConnection.open(daemon.url);
connection.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
await connection.next('session.updated');

const first = [];
let cpu = 0;
for (let turn = 0; turn < TURNS + WARM_UP; turn++) {
  const before = cpuTime(daemon.pid);
  const start = performance.now();
  connection.send(userText('hello'));
  connection.send({ type: 'response.create' });
  const audio = await connection.next('response.output_audio.delta');
  if (turn >= WARM_UP) first.push(connection.timeOf(audio) - start);
  await connection.next('response.done');
  // The last event is here before its sender has gone back to sleep.
  await setTimeout(2);
  if (turn >= WARM_UP) cpu += cpuTime(daemon.pid) - before;
  // A conversation of its own for each turn, so that its length stays the same.
  for (const { item } of connection.events.filter(({ type }) => type === 'conversation.item.added')) {
    connection.send({ type: 'conversation.item.delete', item_id: item.id });
    await connection.next('conversation.item.deleted');
  }
  connection.restart();
}
row('text turn: item sent to first audio', ms(median(first)), '2 ms');
row('text turn: CPU', ms(cpu / TURNS), '1 ms');
await connection.close();
await daemon.stop();
