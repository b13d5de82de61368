'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const net = require('node:net');
const { test } = require('node:test');
const { RunningAgent } = require('./running-agent.js');

test('a plain generator streams and is closed when the caller goes', async (context) => {
  const agent = await RunningAgent.start(context, `agent.invoke(function* (value, context) {
    try { for (;;) yield new Promise((resolve) => setTimeout(resolve, 10, 1)); } finally { context.log.info('tidied up'); }
  });`);
  const response = await agent.open('POST', '/invoke', '1', { 'Content-Type': 'application/json', Accept: 'text/event-stream' });
  assert.match(String((await once(response, 'data'))[0]), /^event: message\ndata: 1\n\n/);
  response.destroy();
  const [tidied, finished] = [await agent.line('tidied up'), await agent.line('invocation.finished')];
  assert.deepEqual([finished.status, finished.error, tidied.requestId], [200, 'CALLER_GONE', finished.requestId]);
});

test('fetch and timers end with the signal, and that is no failure', async (context) => {
  const agent = await RunningAgent.start(context, `agent.invoke((value, { signal }) => require('node:timers/promises').setTimeout(60000, 1, { signal }));`, { PROCODE_INVOKE_SECONDS: '0.2' });
  assert.deepEqual([(await agent.invoke(1)).status, (await agent.invoke(1)).json.error], [504, 'TIMED_OUT']);
  assert.ok(!agent.lines.some((line) => line.event === 'invocation.failed'));
});

test('a generator that fails while it tidies up is in the log, and its place is free', async (context) => {
  const agent = await RunningAgent.start(context, `agent.invoke(async function* () {
    try { for (;;) { yield 1; await new Promise((resolve) => setTimeout(resolve, 5)); } } finally { throw new Error('no tidying'); }
  });`, { PROCODE_INVOKE_SECONDS: '0.2', PROCODE_MAX_INVOCATIONS: '1' });
  const invoke = async () => (await agent.invoke(1)).json.error;
  assert.equal(await invoke(), 'TIMED_OUT');
  let second = 'BUSY';
  while (second === 'BUSY') second = await invoke(); // It tidies up after its answer.
  assert.equal(second, 'TIMED_OUT');
  assert.match((await agent.line('invocation.failed')).trace, /no tidying/);
});

test('what is thrown may be anything', async (context) => {
  const agent = await RunningAgent.start(context, "agent.invoke((value) => { throw [null, undefined, 'text', { a: 1 }, Object.create(null)][value]; });");
  for (let n = 0; n < 5; n++) assert.deepEqual([n, (await agent.invoke(n)).json.error], [n, 'AGENT_FAILED']);
});

test('a declared iterable streams; one that is none is a failure', async (context) => {
  const agent = await RunningAgent.start(context, 'agent.invoke({ streaming: true }, (value) => value);');
  assert.deepEqual((await agent.invoke([1, 2])).json, [1, 2]);
  assert.equal((await agent.invoke(5)).json.error, 'AGENT_FAILED');
});

test('a large answer arrives whole at a slow reader', async (context) => {
  const agent = await RunningAgent.start(context, "agent.invoke((value) => 'x'.repeat(value));", { PROCODE_MAX_OUTPUT_BYTES: '30000000' });
  const response = await agent.open('POST', '/invoke', '20000000', { 'Content-Type': 'application/json' });
  let total = 0;
  for await (const chunk of response) {
    if (total % 1_000_000 < 70_000) await new Promise((resolve) => setTimeout(resolve, 20));
    total += chunk.length;
  }
  assert.equal(total, 20_000_002);
});

test('a failed promise that nobody waits for is told, and the agent lives', async (context) => {
  const agent = await RunningAgent.start(context, "agent.invoke((value) => { void Promise.reject(new Error('lonely')); return value; });");
  const { headers } = await agent.invoke(1);
  const line = await agent.line('agent.fault');
  assert.match(line.trace, /lonely/);
  assert.equal(line.requestId, headers['x-request-id']);
  assert.equal((await agent.invoke(2)).json, 2);
});

test('an exception that nobody catches stops the agent with 1', async (context) => {
  const agent = await RunningAgent.start(context, "agent.invoke((value) => new Promise((resolve) => { setTimeout(resolve, 100, value); setTimeout(() => { throw new Error('loose'); }); }));");
  assert.equal((await agent.invoke(1)).json, 1);
  assert.equal(await agent.exited, 1);
  assert.match((await agent.line('agent.fault')).trace, /loose/);
});

test('SIGINT stops as SIGTERM does', async (context) => {
  const agent = await RunningAgent.start(context, 'agent.invoke((value) => value);');
  agent.process.kill('SIGINT');
  assert.equal(await agent.exited, 0);
});

test('a taken port ends with 1', async (context) => {
  const first = await RunningAgent.start(context, 'agent.invoke((value) => value);');
  const second = new RunningAgent('agent.invoke((value) => value);', { PORT: String(first.port) });
  assert.equal(await second.exited, 1);
  assert.match((await second.line('agent.refused')).message, /EADDRINUSE/);
});

test('no function is refused with 78', async () => {
  const agent = new RunningAgent('', {});
  assert.equal(await agent.exited, 78);
  await agent.line('agent.refused');
});

test('a request that is no HTTP is answered with a request id, and not in the middle of another answer', async (context) => {
  const agent = await RunningAgent.start(context, 'agent.invoke((value, { signal, log }) => new Promise((resolve) => log.info("began") || signal.addEventListener("abort", resolve)));');
  const talk = async (text, more = async () => '') => {
    const socket = net.connect(agent.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(text);
    socket.write(await more());
    let all = '';
    for await (const chunk of socket) all += chunk;
    return all;
  };
  assert.match(await talk('nonsense\r\n\r\n'), /^HTTP\/1.1 400 [^]*X-Request-Id: [0-9a-f]{32}[^]*"BAD_REQUEST"/);
  assert.match(await talk(`GET /health HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(100)}\r\n`), /^HTTP\/1.1 431/);
  assert.match(await talk('GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'), /^HTTP\/1.1 400 [^]*"BAD_REQUEST"/);
  const head = 'POST /invoke HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n';
  assert.match(await talk(`${head}1nonsense\r\n\r\n`), /^HTTP\/1.1 400/);
  const running = talk(`${head}1`, async () => (await agent.line('began')) && 'nonsense\r\n\r\n');
  assert.equal(await running.catch(() => ''), '');
  await agent.line('invocation.finished');
  while (!agent.lines.some((line) => line.error === 'CALLER_GONE')) await new Promise((resolve) => setTimeout(resolve, 10));
});

test('answers that a pipelining caller never got are cancelled with the connection, and hold up no stop', async (context) => {
  const agent = await RunningAgent.start(context, `agent.invoke(async (value, { signal, log }) => {
    log.info('began');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    log.info('cancelled');
  });`);
  const socket = net.connect(agent.port, '127.0.0.1');
  socket.write('POST /invoke HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n1'.repeat(3) + 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n');
  const count = (message) => agent.lines.filter((line) => line.message === message).length;
  while (count('began') < 3) await new Promise((resolve) => setTimeout(resolve, 10));
  socket.destroy();
  while (count('cancelled') < 3) await new Promise((resolve) => setTimeout(resolve, 10));
  agent.process.kill('SIGTERM');
  assert.equal(await agent.exited, 0);
});
