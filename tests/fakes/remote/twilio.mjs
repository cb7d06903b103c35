// SPDX-License-Identifier: LGPL-2.1-or-later
// Twilio's REST API, as far as calls are placed with it, and changed, and numbers
// are looked up.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';

export const ACCOUNT = 'AC00000000000000000000000000000001';
export const TOKEN = 'canary-twilio-token';
export const NUMBER = '+15005550001';
/** That the account has, too, for messages alone. */
export const MUTE_NUMBER = '+15005550003';
/** Who cannot be called, nor have a call put through to. */
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

/** A number as the account has it. */
function describeNumber(number, index) {
  const sid = `PN${String(index + 1).padStart(32, '0')}`;
  return {
    account_sid: ACCOUNT, address_requirements: 'none', address_sid: null, api_version: VERSION, beta: false, bundle_sid: null,
    capabilities: { fax: false, mms: true, sms: true, voice: number !== MUTE_NUMBER }, date_created: 'Tue, 03 Mar 2026 09:00:00 +0000',
    date_updated: 'Tue, 03 Mar 2026 09:00:00 +0000', emergency_address_sid: null, emergency_address_status: 'unregistered', emergency_status: 'Inactive',
    friendly_name: number, identity_sid: null, origin: 'twilio', phone_number: number, sid, sms_application_sid: '', sms_fallback_method: 'POST',
    sms_fallback_url: '', sms_method: 'POST', sms_url: '', status: 'in-use', status_callback: '', status_callback_method: 'POST', trunk_sid: null,
    uri: `/${VERSION}/Accounts/${ACCOUNT}/IncomingPhoneNumbers/${sid}.json`, voice_application_sid: '', voice_caller_id_lookup: false,
    voice_fallback_method: 'POST', voice_fallback_url: '', voice_method: 'POST', voice_receive_mode: 'voice', voice_url: '',
  };
}

/** Those that have what is asked for in them. */
function listNumbers(numbers, query) {
  const size = Number(query.get('PageSize') ?? 50);
  const wanted = query.get('PhoneNumber') ?? '';
  const found = numbers.map(describeNumber).filter(({ phone_number: number }) => number.includes(wanted));
  const uri = `/${VERSION}/Accounts/${ACCOUNT}/IncomingPhoneNumbers.json?PageSize=${size}&Page=0`;
  return {
    end: Math.max(0, Math.min(size, found.length) - 1), first_page_uri: uri, incoming_phone_numbers: found.slice(0, size), next_page_uri: null, page: 0,
    page_size: size, previous_page_uri: null, start: 0, uri,
  };
}

/** What is wrong with a question for numbers; undefined when nothing is. */
function listProblem(query) {
  const unknown = [...query.keys()].find((name) => !['PhoneNumber', 'FriendlyName', 'Beta', 'Origin', 'PageSize', 'Page', 'PageToken'].includes(name));
  if (unknown) return [20001, `Unknown parameter ${unknown}`];
  if (query.has('PageSize') && !/^([1-9]\d{0,2}|1000)$/.test(query.get('PageSize'))) return [20006, 'Page size must be between 1 and 1000'];
  if (query.has('PhoneNumber') && !/^\+?[\d*]+$/.test(query.get('PhoneNumber'))) return [21401, `Invalid Phone Number: ${query.get('PhoneNumber')}`];
  return undefined;
}

/** What is wrong with a call; undefined when nothing is. */
function problem(form, numbers) {
  const unknown = [...form.keys()].find((name) => !KNOWN.includes(name));
  if (unknown) return [20001, `Unknown parameter ${unknown}`];
  if (!form.get('To')) return [21201, "No 'To' number specified"];
  if (!form.get('From')) return [21213, "No 'From' number specified"];
  if (!E164.test(form.get('To'))) return [21211, `Invalid 'To' Phone Number: ${form.get('To')}`];
  if (!numbers.includes(form.get('From'))) return [21210, `The source phone number provided, ${form.get('From')}, is not yet verified for your account.`];
  if (form.get('To') === NOBODY) return [21214, `'To' phone number cannot be reached: ${NOBODY}`];
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

/**
 * @param trouble a status with which everything is refused
 * @param silent nothing is answered
 */
export async function startTwilio({ trouble, silent = false } = {}) {
  const twilio = { calls: [], changes: [], requests: 0, token: TOKEN, numbers: [NUMBER, '+15005550006', MUTE_NUMBER] };
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    twilio.requests++;
    const answer = (status, object) => {
      response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' });
      response.end(JSON.stringify(object));
    };
    const refuse = (status, code, message) => answer(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
    if (silent) return undefined;
    if (trouble) return refuse(trouble, 20429, `Too Many Requests\nfor ${TOKEN}`);
    const expected = `Basic ${Buffer.from(`${ACCOUNT}:${twilio.token}`).toString('base64')}`;
    if (request.headers.authorization !== expected) return refuse(401, 20003, 'Authenticate');
    const { pathname, searchParams } = new URL(request.url, twilio.url);
    if (request.method === 'GET' && pathname === `/${VERSION}/Accounts/${ACCOUNT}/IncomingPhoneNumbers.json`) {
      const odd = listProblem(searchParams);
      return odd ? refuse(400, ...odd) : answer(200, listNumbers(twilio.numbers, searchParams));
    }
    const [, changed] = new RegExp(`^/${VERSION}/Accounts/${ACCOUNT}/Calls/(CA[0-9a-f]{32})\\.json$`).exec(request.url) ?? [];
    if (request.method !== 'POST' || (!changed && request.url !== `/${VERSION}/Accounts/${ACCOUNT}/Calls.json`)) return refuse(404, 20404, `The requested resource ${request.url} was not found`);
    if (!/^application\/x-www-form-urlencoded(;|$)/.test(request.headers['content-type'])) return refuse(415, 20019, 'Unsupported content type');
    const form = new URLSearchParams(body);
    const wrong = changed ? changeProblem(form) : problem(form, twilio.numbers);
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
  /** Resolves when something is asked next. */
  twilio.asked = () => once(server, 'request');
  twilio.close = () => { server.closeAllConnections(); server.close(); };
  return twilio;
}
