'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { SettingsError, readSettings } = require('../lib/settings.js');
const { RunningAgent } = require('./running-agent.js');

test('seconds become whole milliseconds that a timer can hold', () => {
  const times = ['0.3', '0.0004', '1.23456', '999999999'].map((seconds) => readSettings({ PROCODE_READ_SECONDS: seconds }).readMs);
  assert.deepEqual(times, [300, 1, 1235, 2147483000]);
});

test('everything that is wrong is told at once', () => {
  assert.throws(() => readSettings({ PORT: '1e3', PROCODE_HOST: '', PROCODE_STOP_SECONDS: '-0' }), (wrong) => wrong instanceof SettingsError && /PORT.*PROCODE_STOP_SECONDS/.test(wrong.message));
});

test('an agent with odd times runs', async (context) => {
  for (const seconds of ['1.23456', '999999999']) {
    const agent = await RunningAgent.start(context, 'agent.invoke((value) => value);', { PROCODE_READ_SECONDS: seconds, PROCODE_INVOKE_SECONDS: seconds, PROCODE_STOP_SECONDS: seconds });
    assert.equal((await agent.invoke(5)).json, 5);
  }
});
