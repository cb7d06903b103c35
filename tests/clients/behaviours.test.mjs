// SPDX-License-Identifier: LGPL-2.1-or-later
// The agents SDK, while a session does something of its own accord: what fills
// the time until an answer must not disturb what the SDK does itself.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { KEY, startFakes } from '../fakes/remote/server.mjs';
import { fakeEngines, startDaemon } from '../lib/daemon.mjs';
import { connectAgent, sdks, skip, tool } from './agents-client.mjs';
import { until } from './until.mjs';

let daemon;
before(async () => {
  daemon = await startDaemon({ env: { ...fakeEngines, LLM_PROVIDER: 'scripted', VOWEL_OUTPUT_LEAD_MS: '0',
    TYPING_SOUND_ENABLED: 'true', ACKNOWLEDGEMENT_ENABLED: 'true', ACKNOWLEDGEMENT_DELAY_MS: '50' } });
});
after(async () => assert.equal(await daemon.stop(), 0, daemon.log));

for (const version of Object.keys(sdks)) {
  test(`a tool works while something is heard (${version})`, { skip }, async () => {
    let calls = 0;
    let client;
    const weather = tool({
      name: 'get_weather', description: 'Tells the weather in a city', parameters: z.object({ city: z.string() }),
      execute: async () => {
        calls++;
        await until(() => client.count('response.output_audio.delta') > 0, 'something to be heard');
        return 'Sunny.';
      },
    });
    client = await connectAgent(daemon.port, { version, tools: [weather] });
    client.session.sendMessage('What is the weather in Paris?');
    await until(() => client.texts().some((text) => /sunny/i.test(text ?? '')), () => JSON.stringify([client.texts(), client.events.map(({ type }) => type)]));
    await until(() => client.count('response.done') === client.count('response.created'), 'the end of all responses');
    assert.deepEqual(client.errors, []);
    assert.equal(calls, 1);
    const asides = client.events.filter(({ type, response }) => type === 'response.done' && response.conversation_id === null);
    assert.ok(asides.length > 0);
    // The next turn is nothing special.
    client.session.sendMessage('What is the weather in Rome?');
    await until(() => calls === 2, 'the second call');
    client.session.close();
  });
}

for (const version of Object.keys(sdks)) {
  test(`a sub-agent uses its tools (${version})`, { skip }, async (t) => {
    const fakes = await startFakes();
    t.after(() => fakes.close());
    const other = await startDaemon({ env: { ...fakeEngines, VOWEL_OUTPUT_LEAD_MS: '0', LLM_PROVIDER: 'openai', OPENAI_API_KEY: KEY,
      OPENAI_BASE_URL: fakes.base('openai'), SUBAGENT_ENABLED: 'true', TYPING_SOUND_ENABLED: 'true', ACKNOWLEDGEMENT_DELAY_MS: '50' } });
    const cities = [];
    const weather = tool({
      name: 'get_weather', description: 'Tells the weather in a city', parameters: z.object({ city: z.string() }),
      execute: async ({ city }) => { cities.push(city); return 'Sunny.'; },
    });
    const client = await connectAgent(other.port, { version, tools: [weather] });
    for (const [i, city] of ['Paris', 'Rome'].entries()) {
      const job = `call get_weather ${JSON.stringify({ city })}`;
      client.session.sendMessage(`call askSubagent ${JSON.stringify({ task: job })}`);
      const heard = () => client.texts().filter((text) => text === 'The tool says: The tool says: Sunny...').length;
      await until(() => heard() === i + 1, () => JSON.stringify([client.texts(), client.events.map(({ type }) => type)]));
      await until(() => client.count('response.done') === client.count('response.created'), 'the end of all responses');
    }
    assert.deepEqual(cities, ['Paris', 'Rome']);
    assert.deepEqual(client.toolEnds, ['Sunny.', 'Sunny.']);
    assert.deepEqual(client.errors, []);
    assert.equal(client.count('error'), 0);
    // Each of these answers was asked for once: the message, two steps, the answer.
    assert.equal(fakes.log.length, 8);
    client.session.close();
    assert.equal(await other.stop(), 0, other.log);
  });
}
