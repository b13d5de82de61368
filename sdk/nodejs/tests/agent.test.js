'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const { pathToFileURL } = require('node:url');
const { Agent, InvalidInput, InvalidOutput, Refusal, SchemaError } = require('..');

const made = (run, options = {}) => new Agent({ name: 'tested', version: '1' }).invoke(options, run);

test('call of each kind of function gives its output', async () => {
  const kinds = [
    [(value) => value + 1, 2, false],
    [async (value) => value + 1, 2, false],
    [function* (value) { yield value; yield value + 1; }, [1, 2], true],
    [async function* (value) { yield value; yield value + 1; }, [1, 2], true],
    [async function* (value) { yield value; }.bind(null), [1], true],
  ];
  for (const [run, output, streaming] of kinds) {
    assert.deepEqual(await made(run).call(1), output);
    assert.equal(made(run).streaming, streaming);
  }
  assert.deepEqual(await made((value) => [value, 5], { streaming: true }).call(1), [1, 5]);
});

test('call gives a context', async () => {
  const result = await made((_, context) => [context.requestId.length, context.cancelled, context.signal.aborted, context.remaining > 100, context.tracestate]).call(null);
  assert.deepEqual(result, [32, false, false, true, null]);
});

test('call with wrong input says where', async () => {
  const agent = made((value) => value, { input: { properties: { n: { type: 'integer' } } } });
  await assert.rejects(agent.call({ n: '1' }), (wrong) => wrong instanceof InvalidInput && wrong.details[0].field === '/n' && wrong.details.length === 1);
});

test('call with wrong output is rejected', async () => {
  const options = { output: { type: ['string', 'object', 'number'], maximum: 4 } };
  for (const output of [5, true, NaN, 10n, () => 1, Symbol('x'), new Map(), { deep: [new Set()] }, { n: Infinity }, [undefined]]) {
    await assert.rejects(made(() => output, options).call(null), InvalidOutput, String(output?.constructor?.name));
  }
  const cyclic = {};
  cyclic.self = cyclic;
  await assert.rejects(made(() => cyclic).call(null), InvalidOutput);
});

test('call gives what JSON makes of the output', async () => {
  assert.deepEqual(await made(() => ({ at: new Date(0), no: undefined, x: '\ud800' }), { output: { properties: { at: { type: 'string' } } } }).call(null), {
    at: '1970-01-01T00:00:00.000Z',
    x: '\ud800',
  });
  assert.equal(await made(() => undefined).call(null), null);
});

test('call that refuses throws the refusal', async () => {
  await assert.rejects(made(() => { throw new Refusal('TOO_OLD', 'It is too old.'); }).call(null), { name: 'Refusal', code: 'TOO_OLD', message: 'It is too old.' });
});

test('what cannot run is refused', async () => {
  assert.throws(() => made((value) => value).invoke(() => 1), /one function/);
  assert.throws(() => new Agent({ name: 'x', version: '1' }).invoke({ input: {} }), TypeError);
  assert.throws(() => new Agent({ name: 'x', version: '1' }).startup(5), TypeError);
  await assert.rejects(new Agent({ name: 'x', version: '1' }).call(1), /no function/);
  for (const [name, version] of [['', '1'], [' ', '1'], ['a'.repeat(101), '1'], ['a', ''], ['a', undefined]]) {
    await assert.rejects(new Agent({ name, version }).invoke((value) => value).call(1), /must be a text/);
  }
  await assert.rejects(made((value) => value, { output: { items: { pattern: 'a' } } }).call(1), (wrong) => wrong instanceof SchemaError && /output schema.*\/items\/pattern/.test(wrong.message));
  for (const code of ['', 'lower', 'A B', '1A', 'A'.repeat(65), 'A\n', undefined]) assert.throws(() => new Refusal(code, 'text'), TypeError);
});

test('a schema changed after the check changes nothing', async () => {
  const input = { type: 'integer' };
  const agent = made((value) => value, { input });
  await agent.call(1);
  input.type = 'string';
  await assert.rejects(agent.call('a'), InvalidInput);
  assert.deepEqual(agent.manifest.input, { type: 'integer' });
});

test('the package can be imported, and says its own version', async () => {
  const imported = await import(pathToFileURL(path.join(__dirname, '../lib/index.js')).href);
  assert.equal(imported.Agent, Agent);
  assert.equal(imported.Refusal, Refusal);
  assert.equal(made((value) => value).manifest.sdk.version, require('../package.json').version);
});
