'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Masks } = require('../lib/logs.js');
const { RunningAgent } = require('./running-agent.js');

test('values of secret variables are replaced, longest first', () => {
  const masks = new Masks({ API_KEY: 'abcdefgh', DB_PASSWORD: 'abcdefghijkl', my_token: 'tok-$&-tok', PATH: '/usr/local/bin', SHORT_SECRET: 'seven77' });
  assert.equal(masks.text('abcdefgh abcdefghijkl tok-$&-tok /usr/local/bin seven77'), '*** *** *** /usr/local/bin seven77');
});

test('a secret at the cut leaves nothing of itself', () => {
  assert.ok(!new Masks({ KEY: 's'.repeat(50) }).text('x'.repeat(16 * 1024 - 10) + 's'.repeat(50)).includes('s'));
});

test('anything becomes JSON', () => {
  const cyclic = [];
  cyclic.push(cyclic);
  const throws = { get x() { throw new Error(); } };
  const broken = Object.assign(Object.create({ toString() { throw new Error(); } }), { a: 1 });
  const line = new Masks({ KEY: '12345678' }).json({ a: NaN, b: broken, c: new Set([1]), d: cyclic, e: 10n, f: undefined, g: Symbol('x'), h: throws, i: new Error('12345678'), j: [{ 12345678: 'x12345678' }] });
  const written = JSON.stringify(line);
  assert.ok(!written.includes('12345678'), written);
  assert.deepEqual(line.j, [{ '***': 'x***' }]);
  assert.match(line.i, /^Error: \*\*\*/);
});

test('the console becomes lines with ids, and fields cannot pose as the SDK\'s own', async (context) => {
  const agent = await RunningAgent.start(context, `agent.invoke(async (value, context) => {
    await null;
    console.log('a %s\\nb', 'line', { x: 1 });
    context.log.warning('forged', { requestId: 'other', event: 'agent.stopped' });
    context.log.debug('unseen');
    return value;
  });`);
  const { headers } = await agent.invoke(1);
  const line = await agent.line('a line\nb { x: 1 }');
  assert.deepEqual([line.level, line.requestId], ['info', headers['x-request-id']]);
  const forged = await agent.line('forged');
  assert.deepEqual([forged.level, forged.event, forged.requestId], ['warning', undefined, headers['x-request-id']]);
  assert.deepEqual(forged.fields, { requestId: 'other', event: 'agent.stopped' });
  await agent.line('invocation.finished');
  assert.ok(!agent.lines.some((one) => one.message === 'unseen'));
});

test('lines below the level are not written, the contract\'s own are', async (context) => {
  const agent = await RunningAgent.start(context, "agent.invoke((value, context) => { context.log.warning('no'); context.log.error('yes'); });", { PROCODE_LOG_LEVEL: 'error' });
  await agent.invoke(1);
  await agent.line('invocation.finished');
  assert.deepEqual(agent.lines.map((line) => line.message).filter((text) => text === 'no' || text === 'yes'), ['yes']);
});

test('standard output that nobody reads does not stop the agent', async (context) => {
  const agent = await RunningAgent.start(context, "agent.invoke((value, context) => { context.log.info('x'); return value; });");
  agent.process.stdout.destroy();
  for (let n = 0; n < 3; n++) assert.equal((await agent.invoke(n)).json, n);
});
