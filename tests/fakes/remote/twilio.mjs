// SPDX-License-Identifier: LGPL-2.1-or-later
// Twilio's REST API, as far as calls are placed with it, and changed.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';

export const ACCOUNT = 'AC00000000000000000000000000000001';
export const TOKEN = 'canary-twilio-token';
export const NUMBER = '+15005550001';
/** To whom no call is put through. */
export const NOBODY = '+15005550000';

const VERSION = '2010-04-01';
const KNOWN = ['To', 'From', 'Url', 'Twiml', 'Method', 'StatusCallback', 'StatusCallbackEvent', 'StatusCallbackMethod', 'Timeout', 'Record'];
const E164 = /^\+[1-9]\d{6,14}$/;

/** What Twilio says of a call that has just been asked for. */
function describe(sid, form) {
  const uri = `/${VERSION}/Accounts/${ACCOUNT}/Calls/${sid}`;
  return {
    account_sid: ACCOUNT, annotation: null, answered_by: null, api_version: VERSION, caller_name: null, date_created: null, date_updated: null,
    direction: 'outbound-api', duration: null, end_time: null, forwarded_from: null, from: form.get('From'), from_formatted: form.get('From'),
    group_sid: null, parent_call_sid: null, phone_number_sid: 'PN00000000000000000000000000000001', price: null, price_unit: 'USD', queue_time: '0',
    sid, start_time: null, status: 'queued', subresource_uris: { recordings: `${uri}/Recordings.json` }, to: form.get('To'), to_formatted: form.get('To'),
    trunk_sid: null, uri: `${uri}.json`,
  };
}

/** What is wrong with a call; undefined when nothing is. */
function problem(form) {
  const unknown = [...form.keys()].find((name) => !KNOWN.includes(name));
  if (unknown) return [20001, `Unknown parameter ${unknown}`];
  if (!form.get('To')) return [21201, "No 'To' number specified"];
  if (!form.get('From')) return [21213, "No 'From' number specified"];
  if (!E164.test(form.get('To'))) return [21211, `Invalid 'To' Phone Number: ${form.get('To')}`];
  if (form.get('From') !== NUMBER) return [21210, `The source phone number provided, ${form.get('From')}, is not yet verified for your account.`];
  if (form.has('Url') === form.has('Twiml')) return [21205, 'Url parameter is required.'];
  if (form.has('Twiml') && (!/<Response>.*<\/Response>$/s.test(form.get('Twiml')) || form.get('Twiml').length > 4000)) return [12100, 'Document parse failure'];
  if (form.has('StatusCallback') && !/^https?:\/\//.test(form.get('StatusCallback'))) return [21609, 'Invalid StatusCallback'];
  return undefined;
}

/** What is wrong with a change of a call; undefined when nothing is. */
function changeProblem(form) {
  const unknown = [...form.keys()].find((name) => !['Url', 'Method', 'Status', 'Twiml'].includes(name));
  if (unknown) return [20001, `Unknown parameter ${unknown}`];
  if (!/<Response>.*<\/Response>$/s.test(form.get('Twiml') ?? '') || form.get('Twiml').length > 4000) return [12100, 'Document parse failure'];
  if (form.get('Twiml').includes(NOBODY)) return [21220, 'Call is not in-progress. Cannot redirect.'];
  return undefined;
}

/** @param trouble a status with which everything is refused */
export async function startTwilio({ trouble } = {}) {
  const twilio = { calls: [], changes: [], requests: 0 };
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    twilio.requests++;
    const answer = (status, object) => {
      response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' });
      response.end(JSON.stringify(object));
    };
    const refuse = (status, code, message) => answer(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
    if (trouble) return refuse(trouble, 20429, `Too Many Requests\nfor ${TOKEN}`);
    const expected = `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}`;
    if (request.headers.authorization !== expected) return refuse(401, 20003, 'Authenticate');
    const [, changed] = new RegExp(`^/${VERSION}/Accounts/${ACCOUNT}/Calls/(CA[0-9a-f]{32})\\.json$`).exec(request.url) ?? [];
    if (request.method !== 'POST' || (!changed && request.url !== `/${VERSION}/Accounts/${ACCOUNT}/Calls.json`)) return refuse(404, 20404, `The requested resource ${request.url} was not found`);
    if (!/^application\/x-www-form-urlencoded(;|$)/.test(request.headers['content-type'])) return refuse(415, 20019, 'Unsupported content type');
    const form = new URLSearchParams(body);
    const wrong = changed ? changeProblem(form) : problem(form);
    if (wrong) return refuse(400, ...wrong);
    if (changed) {
      twilio.changes.push({ sid: changed, twiml: form.get('Twiml') });
      return answer(200, { ...describe(changed, form), status: 'in-progress' });
    }
    const sid = `CA${randomBytes(16).toString('hex')}`;
    twilio.calls.push({ sid, ...Object.fromEntries(form) });
    return answer(201, describe(sid, form));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  twilio.url = `http://127.0.0.1:${server.address().port}`;
  twilio.close = () => server.close();
  return twilio;
}
