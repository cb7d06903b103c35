// Twilio's side of a telephone call: it asks the webhook, does what the TwiML
// says, sends what the caller says as fast as it is said, and plays what it is
// sent on a clock of its own, from which marks come back.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import twilio from 'twilio';
import WebSocket from 'ws';
import { checkTwilio } from '../protocol/twilio-checker.mjs';
import { quiet } from './mulaw.mjs';
import { patience } from './patience.mjs';

const PACKET_MS = 20;
const BYTES_PER_MS = 8;
const sid = (prefix) => prefix + randomBytes(16).toString('hex');

/** What Twilio tells the webhook. */
export const callFields = (fields = {}) => ({
  AccountSid: 'ACtest', ApiVersion: '2010-04-01', CallSid: sid('CA'), CallStatus: 'ringing', Direction: 'inbound',
  From: '+15005550006', Caller: '+15005550006', To: '+15005550001', Called: '+15005550001', FromCity: 'Zürich & more', ...fields,
});

/** Asks the webhook. `url` is what is signed, if that is another than what is asked. */
export async function askWebhook(address, { fields = callFields(), authToken, method = 'POST', url = address, headers = {} } = {}) {
  const form = new URLSearchParams(fields);
  const asked = method === 'GET' ? `${address}${address.includes('?') ? '&' : '?'}${form}` : address;
  const signedUrl = method === 'GET' ? `${url}${url.includes('?') ? '&' : '?'}${form}` : url;
  const signature = authToken && twilio.getExpectedTwilioSignature(authToken, signedUrl, method === 'GET' ? {} : fields);
  const response = await fetch(asked, {
    method,
    body: method === 'GET' ? undefined : form,
    headers: { ...(signature && { 'X-Twilio-Signature': signature }), ...headers },
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text(), fields };
}

const decodeXml = (text) => text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" })[name]);

/** What a stream's TwiML says; what Twilio's own library would have written for that is the same. */
export function readTwiml(xml) {
  const attributes = (text) => Object.fromEntries([...text.matchAll(/([a-zA-Z]+)="([^"]*)"/g)].map(([, name, value]) => [name, decodeXml(value)]));
  const [, tag] = /<Stream ([^>]*?)\/?>/.exec(xml) ?? assert.fail(`no stream: ${xml}`);
  const stream = attributes(tag);
  const parameters = [...xml.matchAll(/<Parameter ([^>]*)\/>/g)].map(([, text]) => attributes(text));
  const expected = new twilio.twiml.VoiceResponse();
  const built = expected.connect().stream(stream);
  for (const parameter of parameters) built.parameter(parameter);
  const plain = (text) => text.replace(/\s*\n\s*/g, '').replace('?><', '?>\n<').replace(/\n/g, '');
  assert.equal(plain(xml), plain(expected.toString()));
  assert.ok(!stream.url.includes('?'), 'Twilio takes no query in the URL of a stream');
  for (const { name, value } of parameters) assert.ok(name.length + value.length < 500);
  return { ...stream, parameters: Object.fromEntries(parameters.map(({ name, value }) => [name, value])) };
}

export class TwilioStream {
  /** All that the server sent. */
  messages = [];
  /** When each came. */
  times = [];
  /** What the caller has heard, silence left out. */
  played = Buffer.alloc(0);
  streamSid = sid('MZ');
  callSid;
  #queue = [];        // { bytes, at } or { mark }
  #clock = 0;         // until when what has been begun plays
  #sequence = 0;
  #chunk = 0;
  #at = 5;
  #markDelay;
  #waiters = new Set();
  #speaking = Promise.resolve();
  #playing;

  /** @param markDelay milliseconds by which marks come back late */
  constructor({ callSid = sid('CA'), markDelay = 0 } = {}) {
    this.callSid = callSid;
    this.#markDelay = markDelay;
  }

  /** Resolves when the stream has started. */
  static async open(url, { parameters = {}, headers, start = true, ...options } = {}) {
    const stream = new TwilioStream(options);
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    stream.socket = socket;
    stream.closed = new Promise((resolve) => { socket.on('close', (code, reason) => { clearInterval(stream.#playing); resolve({ code, reason: String(reason) }); }); });
    socket.on('message', (data) => stream.#receive(JSON.parse(data)));
    await new Promise((resolve, reject) => {
      socket.on('open', resolve);
      socket.on('error', reject);
      socket.on('close', (code) => reject(new Error(`closed with ${code}`)));
    });
    stream.#playing = setInterval(() => stream.#play(), 5);
    if (start) stream.start(parameters);
    return stream;
  }

  start(parameters = {}) {
    this.raw({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    this.send('start', {
      streamSid: this.streamSid, accountSid: 'ACtest', callSid: this.callSid, tracks: ['inbound'], customParameters: parameters,
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
    });
  }

  raw(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  send(event, content) {
    this.#sequence++;
    this.raw({ event, sequenceNumber: String(this.#sequence), streamSid: this.streamSid, [event]: content });
  }

  media(bytes) {
    this.#chunk++;
    this.send('media', { track: 'inbound', chunk: String(this.#chunk), timestamp: String(this.#at), payload: bytes.toString('base64') });
    this.#at += bytes.length / BYTES_PER_MS;
  }

  /** Packets that get lost. */
  lose(milliseconds) {
    this.#chunk += milliseconds / PACKET_MS;
    this.#at += milliseconds;
  }

  /** Says it, and then nothing for a while, as long as that takes. Resolves when it has been said. */
  say(mulaw, pause = 1000) {
    const audio = Buffer.concat([mulaw, quiet(pause)]);
    this.#speaking = this.#speaking.then(() => this.#say(audio));
    return this.#speaking;
  }

  async #say(audio) {
    const size = PACKET_MS * BYTES_PER_MS;
    const began = performance.now();
    for (let at = 0; at < audio.length; at += size) {
      const due = began + at / BYTES_PER_MS - performance.now();
      if (due > 0) await new Promise((resolve) => { setTimeout(resolve, due); });
      this.media(audio.subarray(at, at + size));
    }
  }

  press(...digits) {
    for (const digit of digits) this.send('dtmf', { track: 'inbound_track', digit });
  }

  /** The caller hangs up. */
  async hangUp() {
    this.send('stop', { accountSid: 'ACtest', callSid: this.callSid });
    this.socket.close();
    return this.closed;
  }

  /** The network does. */
  async drop() {
    this.socket.terminate();
    return this.closed;
  }

  #receive(message) {
    this.messages.push(message);
    this.times.push(performance.now());
    if (message.event === 'media') this.#queue.push({ bytes: Buffer.from(message.media.payload, 'base64') });
    else if (message.event === 'mark') this.#queue.push({ mark: message.mark.name });
    else if (message.event === 'clear') this.#clear();
    this.#play();
    for (const waiter of [...this.#waiters]) waiter();
  }

  #clear() {
    const marks = this.#queue.filter(({ mark }) => mark);
    this.#queue = [];
    this.#clock = 0;
    for (const { mark } of marks) this.#return(mark);
  }

  #return(name) {
    setTimeout(() => this.send('mark', { name }), this.#markDelay);
  }

  #play() {
    const now = performance.now();
    while (this.#queue.length > 0 && this.#clock <= now) {
      const { bytes, mark } = this.#queue.shift();
      if (mark) {
        this.#return(mark);
        continue;
      }
      this.#clock = Math.max(this.#clock, now - 5) + bytes.length / BYTES_PER_MS;
      this.played = Buffer.concat([this.played, bytes]);
    }
  }

  /** Milliseconds of speech that were sent and not played yet. */
  get waiting() {
    return this.#queue.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0) / BYTES_PER_MS + Math.max(0, this.#clock - performance.now());
  }

  count(event) {
    return this.messages.filter((message) => message.event === event).length;
  }

  /** Resolves when `probe` is true of the stream. */
  until(probe, timeout = patience) {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!probe(this)) return;
        finish();
        resolve(this);
      };
      const fail = (why) => {
        finish();
        reject(new Error(`${probe}: ${why}; got ${this.messages.map(({ event, mark }) => mark?.name ?? event).slice(-30).join(', ')}`));
      };
      const timer = setTimeout(() => fail(`not within ${timeout} ms`), timeout);
      const tick = setInterval(look, 20);
      const finish = () => {
        clearTimeout(timer);
        clearInterval(tick);
        this.#waiters.delete(look);
      };
      this.#waiters.add(look);
      this.closed.then(({ code, reason }) => fail(`closed with ${code} ${reason}`));
      look();
    });
  }

  check() {
    assert.deepEqual(checkTwilio(this.messages, this.streamSid), []);
  }
}

/** A whole call: the webhook at `address`, then the stream that it names. */
export async function placeCall(address, { fields = callFields(), authToken, url, markDelay } = {}) {
  const answer = await askWebhook(address, { fields, authToken, url });
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.type, /^(text|application)\/xml/);
  const twiml = readTwiml(answer.text);
  const stream = await TwilioStream.open(twiml.url, { callSid: fields.CallSid, parameters: twiml.parameters, markDelay });
  return Object.assign(stream, { twiml });
}
